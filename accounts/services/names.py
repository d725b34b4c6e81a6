"""Names of people, and other lines of text about them."""

from __future__ import annotations

import unicodedata

from project.errors import Problem, invalid
from project.visible import can_be_seen, without_directions

NAMELESS = "New member"
LONGEST = 100


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
