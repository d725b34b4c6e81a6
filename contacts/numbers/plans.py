"""Numbering plans that changed: one key for the old and the new form of a number."""

from __future__ import annotations

import re
from collections.abc import Callable


def alias(e164: str) -> str:
    """The key under which a number in E.164 is one with its forms of other times.

    Two numbers belong to the same telephone if they are equal, and are assumed to if only their
    keys are. What is changed, and nothing else:

    - Argentina: mobiles have a 9 after +54 for calls from abroad that they do not have at home; the
      key is without.
    - Mexico: mobiles had a 1 after +52 until 2019.
    - Brazil: mobiles of eight digits that began with 6, 8 or 9 got a 9 in front, from 2012 to 2016.
      Landlines begin with 2 to 5; those with 7 are trunked radio, which kept eight digits.
    - Benin: all numbers got 01 in front on 30 November 2024.
    - Ivory Coast: on 31 January 2021 all got two digits for their operator in front: mobiles 01, 05
      or 07 by the second digit, landlines (2 and 3) 21, 25 or 27 by the third.
    """
    change = _CHANGES.get(e164[:4]) or _CHANGES.get(e164[:3])
    if change is None:
        return e164
    before, after = change
    found = before.fullmatch(e164)
    return after(found) if found else e164


def forms(e164: str) -> list[str]:
    """How the owner of this number may have proved it: as it is first, then in other forms of the
    same key that are numbers today. Of these only Argentina has two."""
    key = alias(e164)
    if key == e164 and not key.startswith("+54"):
        return [e164]
    argentine = [f"+549{key[3:]}"] if key.startswith("+54") else []
    return list(dict.fromkeys((e164, key, *argentine)))


def _ivorian(found: re.Match[str]) -> str:
    digits = found[1]
    if digits[0] in "23":
        operator = "25" if digits[2] == "0" else "21" if digits[::2][:2] == "28" else "27"
    else:
        operator = "01" if digits[1] in "0123" else "05" if digits[1] in "456" else "07"
    return f"+225{operator}{digits}"


_CHANGES: dict[str, tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = {
    "+54": (re.compile(r"\+549(\d{10})"), lambda found: f"+54{found[1]}"),
    "+52": (re.compile(r"\+521(\d{10})"), lambda found: f"+52{found[1]}"),
    "+55": (re.compile(r"\+55(\d\d)([689]\d{7})"), lambda found: f"+55{found[1]}9{found[2]}"),
    "+229": (re.compile(r"\+229(\d{8})"), lambda found: f"+22901{found[1]}"),
    "+225": (re.compile(r"\+225([02-9]\d{7})"), _ivorian),
}
