"""The links of a text: what starts with http:// or https://. A preview is made of the first.

The page has the same rule (`app/conversation/text.js`); `tests/texts/links.json` holds both to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 2048
ENDING = 64
"""So many signs after a link are looked at; what goes on for longer is no sentence's end."""

_STOPS = (
    r"\s<>\"\\^`{|}\x00-\x1f\x7f-\x9f"  # blanks, controls, and what no address holds
    r"\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff"  # what turns or hides text
    r"\u3001-\u3003\u3008-\u3011\u3014-\u301f"  # punctuation that no blank follows
    r"\uff01\uff02\uff07-\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\uff3b\uff3d\uff5b\uff5d\uff5f-\uff65"
)
_LINK = re.compile(rf"(?<![A-Za-z0-9_/:])https?://[^{_STOPS}]+", re.IGNORECASE)
_CLOSING = ".,;:!?'*_~…"
_PAIRS = {")": "(", "]": "[", "»": "«"}


def first_link(text: str) -> str | None:
    """The first link as it stands in the text."""
    return next(links(text), None) if "://" in text else None


def links(text: str) -> Iterator[str]:
    """Each link as it stands in the text, without the punctuation that ends a sentence."""
    for found in _LINK.finditer(text):
        link = _without_ending(found[0])
        if len(link) <= LONGEST and not link.endswith("//"):
            yield link


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
