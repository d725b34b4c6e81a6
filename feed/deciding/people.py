"""What is known of the people for whom something is decided: read once for all of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Q

from feed.deciding.quiet import quiet_until
from feed.following.sources import SOURCES
from feed.models import Delivery, Device, Event, Item, Mute, Preference
from feed.wishes import preferences_of, wishes_of

BURST, BURST_SECONDS = 6, 10
FLOOD, FLOOD_SECONDS = 30, 180
STORM_SECONDS = 15


class People:
    """Their preferences, mutes, devices, and how much was pushed to them just now."""

    def __init__(self, events: Sequence[Event], now: dt.datetime) -> None:
        self.now = now
        ids = {event.user_id for event in events}
        self._preferences: dict[int, Preference] = preferences_of(ids)
        self._mutes: dict[int, list[Mute]] = defaultdict(list)
        for mute in Mute.objects.filter(user_id__in=ids, until__gt=now):
            self._mutes[mute.user_id].append(mute)
        self.devices: dict[int, list[Device]] = defaultdict(list)
        for device in Device.objects.filter(user_id__in=ids).order_by("pk"):
            self.devices[device.user_id].append(device)
        self._held = _held_by_sources(event.item for event in events if event.item)
        self._burst, self._flood = self._recent(ids)

    def _recent(self, ids: Iterable[int]) -> tuple[dict[int, int], dict[int, int]]:
        """Items of each person that were for push in the last seconds and minutes: many events of
        one are a burst, which makes few pushes anyway."""
        going = Delivery.objects.filter(
            user_id__in=ids,
            channel=Delivery.Channel.PUSH,
            at__gt=self.now - dt.timedelta(seconds=FLOOD_SECONDS),
            outcome__in=["", "sent", "coalesced"],
        )
        recent = Q(event_at__gt=self.now - dt.timedelta(seconds=BURST_SECONDS))
        counted = going.values("user_id").annotate(
            flood=Count("item", distinct=True),
            burst=Count("item", distinct=True, filter=recent),
        )
        rows = list(counted.values_list("user_id", "burst", "flood"))
        burst: dict[int, int] = defaultdict(int, {user: count for user, count, _ in rows})
        return burst, defaultdict(int, {user: count for user, _, count in rows})

    def count(self, user_id: int) -> bool:
        """One more event that is for push; whether it makes a storm."""
        self._burst[user_id] += 1
        self._flood[user_id] += 1
        return self._burst[user_id] > BURST or self._flood[user_id] > FLOOD

    def wishes(self, event: Event) -> dict[str, Any]:
        return wishes_of(self._preferences.get(event.user_id), event.kind)

    def quiet_until(self, user_id: int) -> dt.datetime | None:
        own = self._preferences.get(user_id)
        return quiet_until(own.quiet_hours, self.now) if own else None

    def digest(self, user_id: int) -> dict[str, Any]:
        own = self._preferences.get(user_id)
        return (own.digest if own else None) or {"every": "day", "time_zone": "UTC", "at": "09:00"}

    def muted_by(self, event: Event, item: Item) -> str:
        """What holds this event: `person`, `object`, or nothing."""
        for mute in self._mutes.get(event.user_id, ()):
            if mute.actor is not None and mute.actor == event.actor:
                return "person"
            if mute.reference is not None and mute.reference == item.reference:
                return "object"
        return "object" if self._held.get(item.pk, self.now) > self.now else ""


def _held_by_sources(items: Iterable[Item]) -> dict[int, dt.datetime]:
    """Until when sources hold these items back; chats are muted where they are shown."""
    of_kind: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.kind in SOURCES and item.subject is not None:
            of_kind[item.kind].append(item)
    held: dict[int, dt.datetime] = {}
    for kind, found in of_kind.items():
        until = SOURCES[kind].held((item.user_id, item.subject or 0) for item in found)
        for item in found:
            key = (item.user_id, item.subject or 0)
            if key in until:
                held[item.pk] = until[key]
    return held
