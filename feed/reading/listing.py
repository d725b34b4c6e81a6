"""The list, its pages, and the counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from feed.doors.inputs import FeedQuery
from feed.doors.wire import Delivery, DeliveryList, FeedCounts, Notification, NotificationPage
from feed.models import Delivery as DeliveryRow
from feed.models import State
from feed.reading.items import get_item_for, listed
from feed.reading.shapes import notifications
from project.errors import invalid
from project.sync import bootstrap
from project.wire import moment

BOOTSTRAP = 50


def list_items(user_id: int, query: FeedQuery) -> NotificationPage:
    """Newest first. The cursor is the place of the last item, so what comes again meanwhile goes to
    the top and shifts nothing."""
    items = listed(user_id).order_by("-position")
    if query.cursor is not None:
        items = items.filter(position__lt=_position(query.cursor))
    found = list(items[: query.limit + 1])
    page = found[: query.limit]
    more = len(found) > query.limit
    return NotificationPage(
        results=notifications(page), next=str(page[-1].position) if more else None
    )


def newest(user_id: int) -> list[Notification]:
    """What a bootstrap shows."""
    return list_items(user_id, FeedQuery(limit=BOOTSTRAP)).results


def show_item(user_id: int, item: str) -> Notification:
    return notifications([get_item_for(user_id, item)])[0]


def counts(user_id: int) -> FeedCounts:
    return counts_of_many([user_id])[user_id]


def counts_of_many(user_ids: Collection[int]) -> dict[int, FeedCounts]:
    """Of each of these people."""
    states = State.objects.filter(user_id__in=user_ids).values_list("user_id", "unseen", "unread")
    found = {
        user_id: FeedCounts(unseen=unseen, unread=unread) for user_id, unseen, unread in states
    }
    return {user_id: found.get(user_id) or FeedCounts(unseen=0, unread=0) for user_id in user_ids}


def counts_of(user_ids: Iterable[int]) -> dict[int, list[int]]:
    """What badges show, of many people: chats with unread messages, as chat has registered to tell,
    unseen items and unread ones."""
    people = list(user_ids)
    reader = bootstrap.COUNTS.get("chats_unread")
    chats = reader[1](people) if reader else {}
    own = counts_of_many(people)
    return {user: [chats.get(user, 0), own[user].unseen, own[user].unread] for user in people}


def deliveries(user_id: int, item: str) -> DeliveryList:
    """The ledger of an item: newest event first."""
    rows = DeliveryRow.objects.filter(item=get_item_for(user_id, item)).exclude(outcome="")
    shown = [_delivery(row) for row in rows.order_by("-event_at", "-pk")[:LEDGER]]
    return DeliveryList(results=shown)


LEDGER = 200


def _delivery(row: DeliveryRow) -> Delivery:
    shown = Delivery(
        event_at=moment(row.event_at),
        channel=row.channel,  # type: ignore[arg-type]
        outcome=row.outcome,  # type: ignore[arg-type]
        at=moment(row.at),
    )
    if row.device_id is not None:
        shown.device = str(row.device_id)
    if row.reason:
        shown.reason = row.reason
    return shown


def _position(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise invalid("/cursor", "This cursor is none of ours.")
    return int(cursor)
