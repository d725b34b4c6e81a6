"""Text as search compares it, with the way back to the text as it stands.

Compatibility forms, case and accents do not count: `İ`, `ﬁ`, `ß` and `É` are `i`, `fi`, `ss` and
`e`. Marks that make another letter (the vowel signs of India, the voicing marks of Japan) do count.
A letter may become several, or none, so whoever shows where something was found needs the map.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

WITH_MARKS = [*range(0x20000), *range(0xE0000, 0xE1000)]
"""All planes but those of ideographs and of private use, which have no marks."""


def _class_of(categories: set[str]) -> str:
    """The characters of these categories, as the inside of a regular expression's class."""
    found = [c for c in WITH_MARKS if unicodedata.category(chr(c)) in categories]
    ranges: list[list[int]] = []
    for code in found:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


MARKS = _class_of({"Mn", "Mc", "Me"})
"""Combining marks, for a class in a regular expression."""

# A syllable written in single letters, or a character with its marks. Both are bounded: a tower of
# marks is several segments.
_SEGMENT = re.compile(
    "[\u1100-\u115f]{1,3}[\u1160-\u11a7]{1,3}[\u11a8-\u11ff]{0,3}"
    f"|.[{MARKS}\uff9e\uff9f\u200c\u200d]{{0,8}}",
    re.DOTALL,
)
# Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic; then what cannot be seen.
_DROPPED = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\ufe00-\ufe0f\ufe20-\ufe2f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
# Letters that carry their accent inside, so that Unicode does not take them apart.
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "ħ": "h",
        "\u0131": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
    }
)


class Folded(NamedTuple):
    """`starts[i]` and `ends[i]` bound what the i-th character of `text` stood for, in code points
    of the original."""

    text: str
    starts: list[int]
    ends: list[int]


def fold(text: str) -> str:
    """The text as search compares it."""
    if text.isascii():
        return text.lower()
    return "".join(map(_fold_segment, _SEGMENT.findall(text)))


def fold_with_map(text: str) -> Folded:
    """The same, and where each character comes from."""
    if text.isascii():
        places = list(range(len(text) + 1))
        return Folded(text.lower(), places[:-1], places[1:])
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for segment in _SEGMENT.finditer(text):
        part = _fold_segment(segment[0])
        parts.append(part)
        starts += [segment.start()] * len(part)
        ends += [segment.end()] * len(part)
    return Folded("".join(parts), starts, ends)


@lru_cache(maxsize=1 << 16)
def _fold_segment(segment: str) -> str:
    bare = unicodedata.normalize("NFKD", segment).casefold().translate(_LETTERS)
    bare = _DROPPED.sub("", unicodedata.normalize("NFKD", bare))
    return unicodedata.normalize("NFC", bare)


def utf16_places(text: str) -> list[int] | None:
    """For each code point, and for the end, its place in UTF-16 code units; None where that is the
    same number."""
    if text.isascii() or max(text) <= "\uffff":
        return None
    places = [0]
    for char in text:
        places.append(places[-1] + 1 + (char > "\uffff"))
    return places
