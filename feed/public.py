"""What the rest of the server knows of the feed. Nothing publishes into it yet, so it is empty."""

from __future__ import annotations

from project import wire
from project.wire import Id


class Notification(wire.Output):
    id: Id
    kind: str


class FeedCounts(wire.Output):
    """Groups that were not seen, and not read."""

    unseen: int
    unread: int


def newest(user_id: int) -> list[Notification]:
    """The items that a bootstrap shows."""
    return []


def counts(user_id: int) -> FeedCounts:
    return FeedCounts(unseen=0, unread=0)
