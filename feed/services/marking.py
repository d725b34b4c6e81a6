"""Seeing, reading and putting away, on all of a person's devices."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from msgspec import UNSET

from feed.deciding.settling import settle
from feed.doors.inputs import ReadItems, UpTo
from feed.doors.wire import FeedCounts
from feed.following.touching import touch_on_commit
from feed.models import Item
from feed.reading.items import get_item_for, known_ids, listed
from feed.reading.listing import counts
from project.errors import invalid
from project.sync.log import Entry, append_and_tell_on_commit, lock_users

CHUNK = 500
"""Items that change in one transaction; of more the rest follows in the next."""


def mark_seen(*, user_id: int, given: UpTo) -> FeedCounts:
    """All up to an item were shown. Raises `not_found` for an item that is not in the list."""
    below = _up_to(user_id, given.up_to, given.pts)
    _change(user_id, below & Q(seen_at=None), {"seen_at": timezone.now()})
    return counts(user_id)


def mark_read(*, user_id: int, given: ReadItems) -> FeedCounts:
    """These, or all up to an item, were read, and so seen. Ids that are not in the list are passed
    over; an `up_to` that is not there is `not_found`."""
    if (given.ids is UNSET) == (given.up_to is UNSET):
        raise invalid("/ids", "Either ids or up_to, and not both.")
    if isinstance(given.up_to, str):
        which = _up_to(user_id, given.up_to, given.pts)
    else:
        which = Q(pk__in=known_ids(given.ids if isinstance(given.ids, list) else ()))
    _change(user_id, which & Q(read_at=None), read_now())
    return counts(user_id)


def archive(*, user_id: int, item: str) -> None:
    """Put an item away. A new event of its group brings it back."""
    found = get_item_for(user_id, item)
    changes = read_now() | {"archived_at": timezone.now()}
    _change(user_id, Q(pk=found.pk), changes, kind="notification.removed")


def read_now() -> dict[str, Any]:
    """What it means for an item to be read in the feed."""
    now = timezone.now()
    return {
        "read_at": Coalesce("read_at", now),
        "seen_at": Coalesce("seen_at", now),
        "read_number": Greatest("read_number", F("newest")),
    }


def _up_to(user_id: int, item: str, pts: Any) -> Q:
    place = get_item_for(user_id, item).position
    return Q(position__lte=place if pts is UNSET else min(place, pts))


def _change(
    user_id: int, which: Q, changes: dict[str, Any], kind: str = "notification.updated"
) -> None:
    """Newest first, so what is on the screen changes first."""
    wanted = listed(user_id).filter(which).order_by("-position")
    while _change_some(user_id, wanted, changes, kind) == CHUNK:
        pass


@transaction.atomic
def _change_some(user_id: int, wanted: QuerySet[Item], changes: dict[str, Any], kind: str) -> int:
    lock_users([user_id])
    ids = list(wanted.values_list("pk", flat=True)[:CHUNK])
    if not ids:
        return 0
    Item.objects.filter(pk__in=ids).update(**changes)
    if "read_at" in changes:
        settle(ids, "read")
    append_and_tell_on_commit([Entry(user_id, kind, item_id) for item_id in ids])
    touch_on_commit([user_id])
    return len(ids)
