"""Letting go of what is old: a little at a time, by index, and told to devices."""

from __future__ import annotations

import datetime as dt
import time

from django.db import transaction
from django.utils import timezone

from feed.deciding.settling import settle
from feed.following.touching import touch_on_commit
from feed.models import LISTED, Delivery, Digest, Event, Item
from project.sync.log import Entry, append_and_tell_on_commit, lock_users

KEPT = dt.timedelta(days=90)
LINGERING = dt.timedelta(days=31)
"""Archived items stay for longer than the log does, which may tell of their removal."""
CHUNK = 200
BUDGET_SECONDS = 20.0


def tidy() -> bool:
    """Put away what is older than 90 days and delete what has been put away for long, as far as the
    budget goes; whether there is more."""
    deadline = time.monotonic() + BUDGET_SECONDS
    for step in (_put_away, _delete_items, _delete_events, _delete_deliveries, _delete_digests):
        while step() == CHUNK:
            if time.monotonic() > deadline:
                return True
    return False


def _put_away() -> int:
    old = Item.objects.filter(LISTED, updated_at__lt=timezone.now() - KEPT)
    found = list(old.order_by("updated_at").values_list("pk", "user_id")[:CHUNK])
    if found:
        _put_away_these(dict(found))
    return len(found)


@transaction.atomic
def _put_away_these(owners: dict[int, int]) -> None:
    lock_users(owners.values())
    now = timezone.now()
    still = Item.objects.filter(LISTED, pk__in=owners, updated_at__lt=now - KEPT)
    ids = list(still.values_list("pk", flat=True))
    Item.objects.filter(pk__in=ids).update(archived_at=now)
    settle(ids, "old")
    append_and_tell_on_commit([Entry(owners[pk], "notification.removed", pk) for pk in ids])
    touch_on_commit(owners.values())


@transaction.atomic
def _delete_items() -> int:
    """A new event may be on its way to one: whoever brings it holds the head, so it is asked for
    first."""
    long_ago = timezone.now() - KEPT - LINGERING
    old = Item.objects.filter(updated_at__lt=long_ago).exclude(archived_at=None)
    found = dict(old.order_by("updated_at").values_list("pk", "user_id")[:CHUNK])
    lock_users(found.values())
    old.filter(pk__in=found).delete()
    return len(found)


def _delete_events() -> int:
    old = Event.objects.filter(at__lt=timezone.now() - KEPT, decided=True).order_by("at")
    ids = list(old.values_list("pk", flat=True)[:CHUNK])
    Event.objects.filter(pk__in=ids).delete()
    return len(ids)


def _delete_deliveries() -> int:
    old = Delivery.objects.filter(at__lt=timezone.now() - KEPT).exclude(outcome="").order_by("at")
    ids = list(old.values_list("pk", flat=True)[:CHUNK])
    Delivery.objects.filter(pk__in=ids).delete()
    return len(ids)


def _delete_digests() -> int:
    old = Digest.objects.filter(ends_at__lt=timezone.now() - KEPT).exclude(sent_at=None)
    ids = list(old.values_list("pk", flat=True)[:CHUNK])
    Digest.objects.filter(pk__in=ids).delete()
    return len(ids)
