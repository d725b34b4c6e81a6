"""How the feed's updates look when they are read: the present state."""

from __future__ import annotations

from collections.abc import Sequence

from feed.doors.wire import Counts, FeedCounts, Notification, NotificationRemoved
from feed.models import Item
from feed.reading.listing import counts_of
from feed.reading.shapes import notifications
from project.sync.kinds import NOT_FOUND, Rendered, kind
from project.sync.log import Row


@kind("notification.created", Notification)
@kind("notification.updated", Notification)
@kind("notification.removed", NotificationRemoved)
def render_items(user_id: int, rows: Sequence[Row]) -> list[Rendered]:
    """The item as it is now; one that is not in the list arrives as its removal. A removal of one
    that has come back since is that item: applied twice it does no harm."""
    found = Item.objects.filter(user_id=user_id, pk__in={row.subject for row in rows}).in_bulk()
    items = [item for item in found.values() if item.is_listed]
    outputs = notifications(items)
    shown = {item.pk: output for item, output in zip(items, outputs, strict=True)}
    return [_rendered(row, shown) if row.subject in found else NOT_FOUND for row in rows]


def _rendered(row: Row, shown: dict[int, Notification]) -> Rendered:
    output = shown.get(row.subject or 0)
    if output is None:
        return Rendered("notification.removed", NotificationRemoved(id=str(row.subject)))
    kind = "notification.updated" if row.kind == "notification.removed" else row.kind
    return Rendered(kind, output)


@kind("counts.updated", Counts)
def render_counts(user_id: int, rows: Sequence[Row]) -> list[Rendered]:
    now = as_counts(*counts_of([user_id])[user_id])
    return [Rendered("counts.updated", now) for _ in rows]


def as_counts(chats: int, unseen: int, unread: int) -> Counts:
    return Counts(chats_unread=chats, feed=FeedCounts(unseen=unseen, unread=unread))
