"""The link of a text that a preview is made of: the first that starts with http:// or https://."""

from __future__ import annotations

import re

LONGEST = 2048
ENDING = 64
"""So many signs after a link are looked at; what goes on for longer is no sentence's end."""

_LINK = re.compile(r"(?<![\w/:])https?://[^\s<>\"\\^`{|}\x00-\x1f\x7f]+", re.IGNORECASE)
_CLOSING = ".,;:!?'*_~…。、"
_PAIRS = {")": "(", "]": "[", "»": "«"}


def first_link(text: str) -> str | None:
    """The link as it stands in the text, without the punctuation that ends a sentence."""
    if "://" not in text:
        return None
    found = _LINK.search(text)
    if found is None or len(found[0]) > 2 * LONGEST:
        return None
    link = _without_ending(found[0])
    return link if len(link) <= LONGEST and not link.endswith("//") else None


def _without_ending(link: str) -> str:
    """A closing bracket belongs to the link only if it was opened in it."""
    end = len(link)
    for _ in range(ENDING):
        last = link[end - 1]
        opening = _PAIRS.get(last)
        unmatched = opening is not None and link.count(last, 0, end) > link.count(opening, 0, end)
        if last not in _CLOSING and not unmatched:
            break
        end -= 1
    return link[:end]
