"""How the feed's updates look when they are read: the present state."""

from __future__ import annotations

from collections.abc import Sequence

from feed.doors.wire import Counts, Notification, NotificationRemoved
from feed.reading.items import listed
from feed.reading.listing import counts
from feed.reading.shapes import notifications
from project.sync import bootstrap
from project.sync.kinds import Rendered, kind
from project.sync.log import Row


@kind("notification.created", Notification)
@kind("notification.updated", Notification)
@kind("notification.removed", NotificationRemoved)
def render_items(user_id: int, rows: Sequence[Row]) -> list[Rendered]:
    """The item as it is now; one that is not in the list arrives as its removal. A removal of one
    that has come back since is that item: applied twice it does no harm."""
    items = list(listed(user_id).filter(pk__in={row.subject for row in rows}))
    outputs = {item.pk: shown for item, shown in zip(items, notifications(user_id, items))}
    return [_rendered(row, outputs.get(row.subject or 0)) for row in rows]


def _rendered(row: Row, shown: Notification | None) -> Rendered:
    if shown is None:
        return Rendered("notification.removed", NotificationRemoved(id=str(row.subject)))
    kind = "notification.updated" if row.kind == "notification.removed" else row.kind
    return Rendered(kind, shown)


@kind("counts.updated", Counts)
def render_counts(user_id: int, rows: Sequence[Row]) -> list[Rendered]:
    now = read_counts(user_id)
    return [Rendered("counts.updated", now) for _ in rows]


def read_counts(user_id: int) -> Counts:
    """The feed's own, and what chat has registered."""
    reader = bootstrap.COUNTS.get("chats_unread")
    unread = reader[1](user_id) if reader else 0
    return Counts(chats_unread=unread, feed=counts(user_id))
