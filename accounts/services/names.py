"""Names of people, and other lines of text about them."""

from __future__ import annotations

import unicodedata

from project.errors import Problem, invalid

NAMELESS = "New member"
LONGEST = 100

# Turn the text around them (Unicode Standard Annex 9), so that a name could rewrite a line that it
# stands in; each name is shown in a direction of its own anyway.
DIRECTIONS = dict.fromkeys(
    [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)  # fmt: skip
# Letters and signs that show nothing: fillers of Hangul, an empty pattern of Braille.
BLANK = "\u115f\u1160\u3164\uffa0\u2800"
_UNSEEN = ("C", "Z", "M")
"""Categories that cannot be seen by themselves: controls, spaces, marks upon other characters."""


def name_or(given: str, otherwise: str = NAMELESS) -> str:
    """What another company calls somebody, if that can be a name."""
    try:
        return normal_name(given[:LONGEST])
    except Problem:
        return otherwise


def normal_name(given: str, pointer: str = "/name") -> str:
    """Without space around it and controls of direction in it. Raises `validation` when nothing is
    left that can be seen, and for control codes."""
    name = without_directions(given)
    codes = ("Cc", "Cs", "Zl", "Zp")
    if not can_be_seen(name) or any(unicodedata.category(char) in codes for char in name):
        raise invalid(pointer, "A name needs something that can be seen, on one line.")
    return name


def without_directions(given: str) -> str:
    return given.translate(DIRECTIONS).strip()


def can_be_seen(text: str) -> bool:
    """Whether anything of it shows."""
    return any(_shows(char) for char in text)


def _shows(char: str) -> bool:
    category = unicodedata.category(char)
    if category in ("Cn", "Co"):  # given to somebody since, or by somebody; but not these blocks
        return not (char >= "\U000e0000" or "\ufff0" <= char <= "\uffff" or char == "\u2065")
    return category[0] not in _UNSEEN and char not in BLANK
