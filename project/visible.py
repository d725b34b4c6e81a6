"""What people can see of a text: what shows nothing makes no name, tag or password."""

from __future__ import annotations

import unicodedata

# Turn the text around them (Unicode Standard Annex 9), so that a name could rewrite a line that it
# stands in; each name is shown in a direction of its own anyway.
DIRECTIONS = dict.fromkeys(
    [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)  # fmt: skip
# Letters and signs that show nothing: fillers of Hangul, empty patterns of Braille, heads of notes.
BLANK = "\u115f\u1160\u3164\uffa0\u2800\U0001d159"
_UNSEEN = ("C", "Z", "M")
"""Categories that cannot be seen by themselves: controls, spaces, marks upon other characters."""


def without_directions(given: str) -> str:
    """Also without space around it."""
    return given.translate(DIRECTIONS).strip()


def can_be_seen(text: str) -> bool:
    """Whether anything of it shows."""
    return any(_shows(char) for char in text)


def _shows(char: str) -> bool:
    category = unicodedata.category(char)
    if category in ("Cn", "Co"):  # given to somebody since, or by somebody; but not these blocks
        return not (char >= "\U000e0000" or "\ufff0" <= char <= "\uffff" or char == "\u2065")
    return category[0] not in _UNSEEN and char not in BLANK
