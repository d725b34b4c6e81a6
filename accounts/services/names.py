"""Names of people, and other lines of text about them."""

from __future__ import annotations

import unicodedata

from project.errors import Problem, invalid

NAMELESS = "New member"
LONGEST = 100


def name_or(given: str, otherwise: str = NAMELESS) -> str:
    """What another company calls somebody, if that can be a name."""
    try:
        return normal_name(given[:LONGEST])
    except Problem:
        return otherwise


def normal_name(given: str, pointer: str = "/name") -> str:
    """Without space around it. Raises `validation` when nothing is left, and for control codes."""
    name = given.strip()
    if not name or any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in name):
        raise invalid(pointer, "A name needs something that can be read, on one line.")
    return name
