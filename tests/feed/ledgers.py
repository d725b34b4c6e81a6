"""What the ledger of somebody with one device should say, as long as nothing leaves the outbox."""

from __future__ import annotations

import datetime as dt
import random
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import F
from django.utils import timezone

from feed.doors.inputs import MuteGiven, PreferencesGiven, ReferenceGiven
from feed.models import Delivery, Device, Event, Push
from feed.services.preferences import replace_preferences

LATER = "2090-01-01T00:00:00Z"
PUSHED = "contact.joined"
"""The other kind of the walk is neither pushed nor mailed."""
OFF = ("off", "preference")
GOES = [
    *(("", ""), ("coalesced", "newer event"), ("coalesced", "storm")),
    *(("active", "read"), ("active", "deleted")),
]
"""What may have become of an event that is to be pushed."""


class Published(NamedTuple):
    kind: str
    key: str
    group: str
    actor: int | None


def reference_of(group: str) -> dict[str, str]:
    return {"type": "group", "id": group}


@dataclass
class Ledger:
    """`fresh` are the events that are not decided yet; `told` says of how many there are rows.
    `alone`: no worker decides meanwhile."""

    user_id: int
    alone: bool
    fresh: list[Published] = field(default_factory=list)
    actors: set[int] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    told: int = 0

    def __post_init__(self) -> None:
        Device.objects.create(
            user_id=self.user_id,
            session_id=secrets.randbits(62),
            platform="ios",
            token="walker",
            digest=secrets.token_bytes(32),
        )

    def mute(self, actor: int | None, group: str | None, chance: random.Random) -> None:
        """Mute one person or one object, or hear of them again."""
        if actor is not None and chance.random() < 0.5:
            self.actors ^= {actor}
        elif group is not None:
            self.groups ^= {group}
        objects = [ReferenceGiven(**reference_of(each)) for each in self.groups]
        mutes = [MuteGiven(until=LATER, user=str(actor)) for actor in self.actors]
        mutes += [MuteGiven(until=LATER, reference=reference) for reference in objects]
        replace_preferences(user_id=self.user_id, given=PreferencesGiven(mutes=mutes))

    def check(self, alive: set[tuple[str, str]], whole: bool) -> None:
        """Call it when everything is decided. `alive` are kind and key of the events that unread
        items stand for. The others were told of only if a worker came before their reader. The
        `whole` ledger is looked through now and then, for it has no index by person."""
        keys = [each.key for each in self.fresh]
        events = Event.objects.filter(user_id=self.user_id, key__in=keys)
        places = {(event.kind, event.key): (event.item_id, event.at) for event in events}
        rows = self._rows(list(places.values()))
        going: set[int | None] = set()
        stormy: set[int | None] = set()
        for each in self.fresh:
            place = places[each.kind, each.key]
            found = rows.get(place, {})
            is_alive = (each.kind, each.key) in alive
            if not (found or is_alive):
                continue
            self.told += 1
            assert found["email"] == [OFF], (each, found)
            (pushed,) = found["push"]
            assert pushed in self._expected(each), (each, pushed)
            if is_alive and pushed in GOES:
                (stormy if pushed[1] == "storm" else going).add(place[0])
        self._check_outbox(going - stormy)
        self.fresh.clear()
        if whole:
            ledger = Delivery.objects.filter(user_id=self.user_id)
            assert ledger.count() == 2 * self.told
            waiting = Push.objects.filter(user_id=self.user_id, retract=False).exclude(item=None)
            assert ledger.filter(outcome="").count() == waiting.count()

    def _expected(self, event: Published) -> list[tuple[str, str]]:
        if event.kind != PUSHED:
            return [OFF]
        if event.actor in self.actors:
            return [("muted", "person")]
        return [("muted", "object")] if event.group in self.groups else GOES

    def _rows(
        self, places: Sequence[tuple[int | None, dt.datetime]]
    ) -> dict[object, dict[str, list[tuple[str, str]]]]:
        """Outcomes and reasons by item and event, by channel."""
        found: dict[object, dict[str, list[tuple[str, str]]]]
        found = defaultdict(lambda: defaultdict(list))
        items, times = {item for item, _ in places}, {at for _, at in places}
        for row in Delivery.objects.filter(item__in=items, event_at__in=times):
            found[row.item_id, row.event_at][row.channel].append((row.outcome, row.reason))
        return found

    def _check_outbox(self, going: set[int | None]) -> None:
        """What waits is what has no outcome yet, about items that are unread; each item that had
        news to push is among it, and a storm has its summary."""
        hour_ago = timezone.now() - dt.timedelta(hours=1)
        lately = Delivery.objects.filter(user_id=self.user_id, at__gt=hour_ago)
        outbox = Push.objects.filter(user_id=self.user_id, retract=False)
        waiting = outbox.exclude(item=None)
        told = {push.delivery_id for push in waiting if push.delivery_id is not None}
        assert not Delivery.objects.filter(pk__in=told).exclude(outcome="").exists()
        assert told >= {row.pk for row in lately.filter(outcome="")}
        stale = waiting.exclude(item__read_at=None, item__archived_at=None)
        assert not (self.alone and stale.exists())  # else a worker may just have decided
        assert going <= {push.item_id for push in waiting}
        summary = outbox.filter(item=None)
        assert summary.exists() == lately.filter(reason="storm").exists()
        summary.delete()
        lately.update(at=F("at") - dt.timedelta(hours=2))  # or it would storm for ever
