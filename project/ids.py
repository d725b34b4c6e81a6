"""Ids: 63-bit integers that grow with time and cannot be guessed from one another."""

from __future__ import annotations

import secrets
import time

from project.errors import Problem

_RANDOM_BITS = 22
_EPOCH_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
_LARGEST = 2**63 - 1


def new_id() -> int:
    """Milliseconds since 2026 followed by 22 random bits: index-friendly, and a stranger who knows
    one id has one chance in four million to hit another of the same millisecond."""
    milliseconds = time.time_ns() // 1_000_000 - _EPOCH_MS
    return (milliseconds << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)


def new_ids(count: int) -> list[int]:
    """Many at once, each in a millisecond of its own up to now: of a thousand in the same one, two
    would be equal once in eight times."""
    milliseconds = time.time_ns() // 1_000_000 - _EPOCH_MS
    return [
        (milliseconds - back << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
        for back in range(count)
    ]


def parse_id(value: str) -> int:
    """The integer behind an id of the wire; anything that cannot be one is `not_found`."""
    digits = len(value) <= 19 and value.isascii() and value.isdigit()
    if digits and 0 < (number := int(value)) <= _LARGEST:
        return number
    raise Problem("not_found")
