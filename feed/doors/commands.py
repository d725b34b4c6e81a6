"""The feed's socket door."""

from __future__ import annotations

from feed.doors.inputs import ReadItems, UpTo
from feed.doors.limits import MARKING
from feed.doors.wire import FeedCounts
from feed.services import marking
from project.sync.commands import command


@command("feed.seen", UpTo, FeedCounts)
def mark_feed_seen(user_id: int, given: UpTo) -> FeedCounts:
    """All up to an item were shown to me"""
    MARKING.take(user_id)
    return marking.mark_seen(user_id=user_id, given=given)


@command("feed.read", ReadItems, FeedCounts)
def mark_feed_read(user_id: int, given: ReadItems) -> FeedCounts:
    """I have read these items, or all up to one"""
    MARKING.take(user_id)
    return marking.mark_read(user_id=user_id, given=given)
