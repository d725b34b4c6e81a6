"""The members of `GET /bootstrap`, registered by the apps that own them (`project.domains`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

MEMBERS: dict[str, tuple[Any, Callable[[int], Any]]] = {}
"""Name → (shape, reader). A reader gets the user's id; `counts` is merged from several readers."""

COUNTS: dict[str, tuple[Any, Callable[[Collection[int]], Mapping[int, Any]]]] = {}
"""The same for the members of `counts`, also of `counts.updated`; their readers get ids of many and
answer for each."""
