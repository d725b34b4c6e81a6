"""The parts of `GET /bootstrap`, registered by the apps that own them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PARTS: dict[str, tuple[Any, Callable[[int], Any]]] = {}
"""Name → (shape, reader). A reader gets the user's id; `counts` is merged from several readers."""

COUNTS: dict[str, tuple[Any, Callable[[int], Any]]] = {}


def part(name: str, shape: Any, reader: Callable[[int], Any]) -> None:
    """Add `name` to the bootstrap: `me`, `chats`, `feed`."""
    PARTS[name] = (shape, reader)


def count(name: str, shape: Any, reader: Callable[[int], Any]) -> None:
    """Add `name` to the bootstrap's `counts` (and to `counts.updated`)."""
    COUNTS[name] = (shape, reader)
