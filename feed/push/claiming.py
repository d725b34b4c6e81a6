"""Taking pushes out of the outbox: what may leave now is leased to one worker, the rest waits."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from feed.models import Delivery, Device, Push, Shown
from feed.push import attention, service
from feed.push.endpoints import endpoint_of
from feed.push.pacing import Surface, pace, retraction
from feed.push.wording import Words, badges, tag_of, words_of
from project.addresses import NotPublic

LEASE = dt.timedelta(seconds=45)
"""After so long a push whose worker died is taken by another; longer than one attempt lasts."""

_NAMES = uuid.UUID("5b0a3e0e-9a8e-5d55-8a54-6c1d6f0f5c55")
_DUE = "select exists (select from feed_push where due_at <= %s)"
_LEASE = """
update feed_push set due_at = %s, attempts = attempts + 1 where id = any (%s)"""
_WAIT = """
update feed_push p set due_at = w.due_at
    from unnest(%s::bigint[], %s::timestamptz[]) w (id, due_at) where p.id = w.id"""

_NOTHING = Words("", "", None)
_COLUMNS = ("user_id", "device_id", "item_id", "delivery_id", "pushes", "begun_at", "up")
_SHOWN = """
insert into feed_shown (user_id, device_id, item_id, delivery_id, pushes, begun_at, up)
    select * from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::smallint[],
        %s::timestamptz[], %s::boolean[])
    on conflict (device_id, item_id) do update set delivery_id = excluded.delivery_id,
        pushes = excluded.pushes, begun_at = excluded.begun_at, up = excluded.up"""

Key = tuple[int, int | None]


class Claimed(NamedTuple):
    """One push that is to be sent now, once, by whoever claimed it."""

    row: int
    user_id: int
    device: int
    item: int | None
    delivery: int | None
    platform: str
    attempts: int
    begun_at: dt.datetime
    push: service.Push


def claim(limit: int) -> list[Claimed]:
    """Pushes that are due, at most so many. Rows that somebody else holds are passed over."""
    now = timezone.now()
    with connection.cursor() as cursor:  # mostly there is nothing, and this is all that costs
        cursor.execute(_DUE, [now])
        if not cursor.fetchone()[0]:
            return []
    return _claim(limit, now)


@transaction.atomic
def _claim(limit: int, now: dt.datetime) -> list[Claimed]:
    due = Push.objects.filter(due_at__lte=now).select_related("device", "item").order_by("due_at")
    rows = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
    if not rows:
        return []
    batch = _Batch(rows, now)
    for row in batch.rows:
        (batch.retract if row.retract else batch.show)(row)
    batch.write()
    return _claimed(batch)


class _Batch:
    """What some rows come to, written together."""

    def __init__(self, rows: Sequence[Push], now: dt.datetime) -> None:
        self.rows = rows
        self.now = now
        # Two retractions must not each count on what the other one takes away.
        retracting = sorted({row.device_id for row in rows if row.retract})
        locked = Device.objects.select_for_update().filter(pk__in=retracting).order_by("pk")
        list(locked.values_list("pk", flat=True))
        known = Shown.objects.filter(device__in={row.device_id for row in rows})
        if not retracting:
            known = known.filter(item__in={row.item_id for row in rows} - {None}) | known.filter(
                item=None
            )
        self.shown: dict[Key, Shown] = {(each.device_id, each.item_id): each for each in known}
        self.attended = attention.look(rows)
        self.leaving: list[Push] = []
        self.postponed: list[tuple[int, dt.datetime]] = []
        self.dropped: list[int] = []
        self.active: list[tuple[int | None, str]] = []
        self.changed: dict[Key, Shown] = {}

    def show(self, row: Push) -> None:
        """Let it go, if a device does not make it unnecessary and its burst allows it."""
        if why := self.attended.noticed(row):
            self.dropped.append(row.pk)
            self.active.append((row.delivery_id, why))
            return
        key = row.device_id, row.item_id
        shown = self.shown.get(key)
        repeat = shown is not None and row.attempts and shown.delivery_id == row.delivery_id
        if repeat:
            self.leaving.append(row)
            return
        since = row.made_at
        at, number = pace(shown.pushes, shown.begun_at, since) if shown else pace(0, None, since)
        at = max(at, self.attended.until(row) or at)
        if at > self.now:
            self.postponed.append((row.pk, at))
            return
        shown = shown or Shown(
            user_id=row.user_id, device_id=row.device_id, item_id=row.item_id, up=False
        )
        shown.pushes, shown.begun_at, shown.delivery_id = number, self.now, row.delivery_id
        self.changed[key] = self.shown[key] = shown
        self.leaving.append(row)

    def retract(self, row: Push) -> None:
        """Let it go, if the platform allows it; otherwise whoever opens the page sees to it."""
        key = row.device_id, row.item_id
        tag = tag_of(row.item_id)
        shown = self.shown.get(key)
        up = frozenset(
            tag_of(item)
            for (device, item), each in self.shown.items()
            if each.up and device == row.device_id
        )
        allowed, _ = retraction(surface_of(row.device), tag, up, repeat=row.attempts > 0)
        if shown is not None and shown.up:
            shown.up = False
            self.changed[key] = shown
        if allowed:
            self.leaving.append(row)
        else:
            self.dropped.append(row.pk)

    def write(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_SHOWN, self._columns())
            cursor.execute(_LEASE, [self.now + LEASE, [row.pk for row in self.leaving]])
            if self.postponed:
                ids, times = zip(*self.postponed, strict=True)
                cursor.execute(_WAIT, [list(ids), list(times)])
        if self.dropped:
            Push.objects.filter(pk__in=self.dropped).delete()
        for why in {why for _, why in self.active}:
            told = [pk for pk, reason in self.active if pk is not None and reason == why]
            Delivery.objects.filter(pk__in=told, outcome="").update(
                outcome=Delivery.Outcome.ACTIVE, reason=why, at=self.now
            )

    def _columns(self) -> list[list[Any]]:
        changed = self.changed.values()
        return [[getattr(each, name) for each in changed] for name in _COLUMNS]


def _claimed(batch: _Batch) -> list[Claimed]:
    rows = batch.leaving
    unread = badges(row.user_id for row in rows)
    showing = [row for row in rows if not row.retract]
    words = dict(zip((row.pk for row in showing), words_of(showing, unread), strict=True))
    return [
        Claimed(
            row=row.pk,
            user_id=row.user_id,
            device=row.device_id,
            item=row.item_id,
            delivery=row.delivery_id,
            platform=row.device.platform,
            attempts=row.attempts + 1,
            begun_at=row.made_at
            if row.retract
            else batch.shown[row.device_id, row.item_id].begun_at,
            push=_push(row, words.get(row.pk, _NOTHING), unread.get(row.user_id, 0)),
        )
        for row in rows
    ]


def _push(row: Push, said: Words, badge: int) -> service.Push:
    device = row.device
    keys = (device.subscription or {}).get("keys", {})
    return service.Push(
        id=str(uuid.uuid5(_NAMES, f"{row.pk}:{row.delivery_id}:{row.retract}")),
        token=(device.subscription or {}).get("endpoint", "") or device.token,
        keys=(keys.get("p256dh", ""), keys.get("auth", "")),
        title=said.title,
        body=said.body,
        tag=tag_of(row.item_id),
        badge=badge,
        reference=said.reference,
        retract=row.retract,
    )


def surface_of(device: Device) -> Surface:
    if device.platform != Device.Platform.WEB:
        return "app"
    try:
        apples = endpoint_of((device.subscription or {}).get("endpoint", "")).is_apples
    except NotPublic:
        apples = True  # nothing will be sent there
    return "apple" if apples else "browser"
