"""What the feed holds of one person, for the copy that they ask for."""

from __future__ import annotations

from collections.abc import Iterator

from feed.doors.wire import Notification
from feed.reading.items import listed
from feed.reading.shapes import notifications

PAGE = 500


def items(user_id: int) -> Iterator[Notification]:
    """Their list, newest first."""
    place = 2**63 - 1
    while page := list(listed(user_id).filter(position__lt=place).order_by("-position")[:PAGE]):
        yield from notifications(page)
        place = page[-1].position
