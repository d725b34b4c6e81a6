"""Waiting for what somebody else does: a condition, never a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(found: Callable[[], T], what: str = "it is there", seconds: float = 40) -> T:
    """Ask until there is something, and what; a worker may need a while on a busy machine."""
    deadline = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)
    return result
