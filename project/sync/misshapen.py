"""Frames that are no commands: what to tell their sender.

The strict decoder has refused them. The standard library's parser is laxer (it takes lone
surrogates, for one), so it can still find the id that the error has to carry.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from project import wire
from project.errors import Problem
from project.sync import frames

UNREADABLE = "The frame cannot be read."


def explain(text: str) -> tuple[str | None, Problem | None]:
    """The frame's id, if it has a usable one, and its problem; no problem for no JSON object."""
    try:
        frame = json.loads(text)
    except json.JSONDecodeError:
        return None, None
    except (RecursionError, ValueError):  # too deep, or a number of thousands of digits
        is_object = text.lstrip().startswith("{")
        return None, Problem("validation", UNREADABLE) if is_object else None
    if not isinstance(frame, dict):
        return None, None
    return _id_of(frame), _problem_of(frame)


def _id_of(frame: dict[str, Any]) -> str | None:
    given = frame.get("id")
    usable = isinstance(given, str) and len(given) <= 64 and given.isprintable()
    return given if usable else None


def _problem_of(frame: dict[str, Any]) -> Problem:
    """What the strict decoder has against the envelope, or that it cannot read the data."""
    envelope = {name: part for name, part in frame.items() if name != "data"}
    try:
        msgspec.convert(envelope, frames.Frame)
    except msgspec.ValidationError as error:
        return wire.problem_of(error)
    return Problem("validation", UNREADABLE)
