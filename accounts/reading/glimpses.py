"""Presence inside a person: shown to whoever asks for that person and may know.

Accounts keeps no presence; the app that does registers itself.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from accounts.doors import wire
from accounts.models import User
from accounts.reading import knowledge

Glimpse = Callable[[int, int], wire.Presence | None]
"""`(viewer_id, user_id)`: what the viewer may know of a person, None when that is nothing."""

GLIMPSES: list[Glimpse] = []


def seen_by(viewer_id: int, user: User) -> wire.User:
    """The person, with presence where privacy allows."""
    output = knowledge.seen_by(viewer_id, user.pk)
    for glimpse in GLIMPSES:
        if (presence := glimpse(viewer_id, user.pk)) is not None:
            return structs.replace(output, presence=presence)
    return output
