"""Hashtags: one rule for what is sent and for what is searched."""

from __future__ import annotations

import re
import unicodedata

from search.folding import MARKS

MOST = 32
"""Hashtags of one text."""

# UAX #31 with the profile for hashtags: letters, digits and marks, and joiners inside.
_TAG = f"[\\w{MARKS}](?:[\\w{MARKS}]|[\u200c\u200d](?=[\\w{MARKS}])){{0,63}}"
_HASHTAG = re.compile(f"(?<![\\w{MARKS}#&/=])#({_TAG})")  # not the fragment of an address
_WHOLE = re.compile(f"#({_TAG})")


def hashtags_of(text: str) -> list[str]:
    """The hashtags without `#`, NFKC and case-folded, each once, in their order."""
    if "#" not in text and "＃" not in text and "﹟" not in text:  # noqa: RUF001
        return []
    found = _HASHTAG.findall(unicodedata.normalize("NFKC", text))
    tags = [normal_hashtag(tag) for tag in found if not tag.isdigit()]
    return list(dict.fromkeys(tags))[:MOST]


def hashtag(text: str) -> str | None:
    """The hashtag that the whole of this text is; None if it is none."""
    found = _WHOLE.fullmatch(unicodedata.normalize("NFKC", text))
    return None if found is None or found[1].isdigit() else normal_hashtag(found[1])


def normal_hashtag(tag: str) -> str:
    """As hashtags are compared. Folding may take a text apart, so it is put together again."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", tag).casefold())
