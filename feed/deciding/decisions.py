"""The decision for each event and channel, once: into an outbox, or into the ledger alone.

off      the person does not want the kind there          nothing follows
muted    the person or the object is muted                nothing follows
quiet    it is quiet hours                                waits for their end, if unread then
coalesced  a newer event of the item, or a summary of a storm, stands for it
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from feed.deciding.people import STORM_SECONDS, People
from feed.deciding.quiet import digest_ends
from feed.kinds import KINDS
from feed.models import Delivery, Device, Digest, Event, Item, Mail, Push

BATCH = 500
_ALONE = """
select pg_advisory_xact_lock(w.user_id)
    from (select u as user_id from unnest(%s::bigint[]) u order by u) w"""
Outcome, Channel = Delivery.Outcome, Delivery.Channel


class Verdict(NamedTuple):
    """Why an event does not go now; with `due`, when it goes if nothing was read by then."""

    outcome: str = ""
    reason: str = ""
    due: dt.datetime | None = None


def decide(user_ids: Sequence[int]) -> None:
    """Decide whatever is undecided for these people, in transactions of some hundred events."""
    while _decide_some(user_ids) == BATCH:
        pass


@transaction.atomic
def _decide_some(user_ids: Sequence[int]) -> int:
    """For each person one after the other: what makes a storm, or waits already, is what all others
    have decided. Nobody's head is held, so no message waits for it."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, [list(user_ids)])
    undecided = Event.objects.filter(user_id__in=user_ids, decided=False).order_by("pk")
    locked = undecided.select_for_update(skip_locked=True, of=("self",))
    events = list(locked.select_related("item")[:BATCH])
    if not events:
        return 0
    outbox = Outbox(events)
    for event in events:
        outbox.add(event)
    outbox.write()
    Event.objects.filter(pk__in=[event.pk for event in events]).update(decided=True)
    return len(events)


def _tells_something(event: Event, item: Item) -> bool:
    """Whether there is anything left to tell of: not of what was read, also if the item has come
    again since."""
    gone = not item.is_open or event.period < item.period
    return not (gone and item.shown) and not event.withdrawn


class Outbox:
    """What some decisions come to, written together."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.now = timezone.now()
        self.people = People(events, self.now)
        self.verdicts: dict[tuple[int, str], Verdict] = {
            (event.pk, channel): self._judge(event, event.item, channel)
            for event in events
            if event.item is not None and _tells_something(event, event.item)
            for channel in Channel
        }
        # The event that stands for all of its item that go: what is held or gone stands for none.
        self.last: dict[tuple[int | None, str], int] = {
            (event.item_id, channel): event.pk
            for event in events
            for channel in Channel
            if self._due(event, channel) is not None
        }
        self.ledger: list[Delivery] = []
        self.pushes: list[Push] = []
        self.letters: list[Mail] = []
        self.digests: list[Digest] = []

    def add(self, event: Event) -> None:
        if event.item is not None and _tells_something(event, event.item):
            self._push(event, event.item)
            self._email(event, event.item)

    def _due(self, event: Event, channel: str) -> dt.datetime | None:
        verdict = self.verdicts.get((event.pk, channel))
        return verdict.due if verdict else None

    def _judge(self, event: Event, item: Item, channel: str) -> Verdict:
        if self.people.wishes(event)[channel] in (False, "off"):
            return Verdict(Outcome.OFF, "preference")
        if muted := self.people.muted_by(event, item):
            return Verdict(Outcome.MUTED, muted)
        if until := self.people.quiet_until(event.user_id):
            return Verdict(Outcome.QUIET, "quiet hours", until)
        return Verdict(due=self.now)

    def _push(self, event: Event, item: Item) -> None:
        verdict = self.verdicts[event.pk, Channel.PUSH]
        if verdict.outcome:
            self._note(event, Channel.PUSH, verdict)
        if verdict.due is None:
            return
        if self.last[event.item_id, Channel.PUSH] != event.pk:
            self._note(event, Channel.PUSH, Verdict(Outcome.COALESCED, "newer event"))
            return
        storm = not verdict.outcome and self.people.count(event.user_id)
        for device in self.people.devices[event.user_id]:
            if storm:
                self._note(event, Channel.PUSH, Verdict(Outcome.COALESCED, "storm"), device)
                due = self.now + dt.timedelta(seconds=STORM_SECONDS)
                self._wait(event, None, device, due, None)
            else:
                delivery = self._note(event, Channel.PUSH, Verdict(), device)
                self._wait(event, item, device, verdict.due, delivery)

    def _email(self, event: Event, item: Item) -> None:
        wish = self.people.wishes(event)["email"]
        if wish == "instant" and KINDS[event.kind].own_letter:
            self._note(event, Channel.EMAIL, Verdict(Outcome.SENT, "own letter"))
            return
        verdict = self.verdicts[event.pk, Channel.EMAIL]
        if verdict.outcome:
            self._note(event, Channel.EMAIL, verdict)
        if verdict.due is None:
            return
        if wish == "digest":
            ends = digest_ends(self.people.digest(event.user_id), verdict.due)
            self.digests.append(
                Digest(user_id=event.user_id, opened_at=event.at, ends_at=ends, due_at=ends)
            )
        elif self.last[event.item_id, Channel.EMAIL] != event.pk:
            self._note(event, Channel.EMAIL, Verdict(Outcome.COALESCED, "newer event"))
        else:
            delivery = self._note(event, Channel.EMAIL, Verdict())
            self.letters.append(
                Mail(user_id=event.user_id, item=item, delivery=delivery, due_at=verdict.due)
            )

    def _note(
        self, event: Event, channel: str, verdict: Verdict, device: Device | None = None
    ) -> Delivery:
        assert event.item is not None
        noted = Delivery(
            item=event.item,
            user_id=event.user_id,
            event_at=event.at,
            channel=channel,
            device_id=device.pk if device else None,
            outcome=verdict.outcome,
            reason=verdict.reason,
            at=self.now,
        )
        self.ledger.append(noted)
        return noted

    def _wait(
        self,
        event: Event,
        item: Item | None,
        device: Device,
        due: dt.datetime,
        delivery: Delivery | None,
    ) -> None:
        waiting = Push(
            user_id=event.user_id,
            device=device,
            item=item,
            delivery=delivery,
            event_at=event.at,
            due_at=due,
        )
        self.pushes.append(waiting)

    def write(self) -> None:
        """What waits already for the same item gives way: it would have told less."""
        Delivery.objects.bulk_create(self.ledger)
        self._write_pushes()
        Mail.objects.bulk_create(self._letters_without_waiting())
        Digest.objects.bulk_create(self.digests, ignore_conflicts=True)

    def _write_pushes(self) -> None:
        """Somebody who takes back what is shown of the same item at once may have been quicker;
        what waits then is taken over like any other."""
        missing = self.pushes
        while fresh := self._without_waiting(missing):
            Push.objects.bulk_create(fresh, ignore_conflicts=True)
            own = [push.delivery_id for push in fresh if push.delivery_id is not None]
            there = set(Push.objects.filter(delivery__in=own).values_list("delivery_id", flat=True))
            missing = [push for push in fresh if push.delivery_id in set(own) - there]

    def _without_waiting(self, pushes: Sequence[Push]) -> list[Push]:
        """Pushes whose item has none yet. One that waits tells of the newer event instead, when it
        would have gone anyway: a burst must not keep putting it off."""
        fresh = {(push.device_id, push.item_id): push for push in pushes}
        devices, items = {device for device, _ in fresh}, {item for _, item in fresh}
        waiting = Push.objects.filter(device__in=devices, item__in=items - {None}).order_by("pk")
        for older in waiting.select_for_update() if fresh else ():
            push = fresh.pop((older.device_id, older.item_id), None)
            if push is not None:
                self._coalesce(older.delivery_id)
                Push.objects.filter(pk=older.pk).update(
                    delivery=push.delivery,
                    event_at=push.event_at,
                    due_at=push.due_at if older.retract else min(older.due_at, push.due_at),
                    retract=False,
                )
        return list(fresh.values())

    def _letters_without_waiting(self) -> list[Mail]:
        fresh = {letter.item_id: letter for letter in self.letters}
        waiting = Mail.objects.filter(item__in=fresh).order_by("pk")
        for older in waiting.select_for_update() if fresh else ():
            letter = fresh.pop(older.item_id)
            self._coalesce(older.delivery_id)
            Mail.objects.filter(pk=older.pk).update(delivery=letter.delivery)
        return list(fresh.values())

    def _coalesce(self, delivery_id: int | None) -> None:
        waiting = Delivery.objects.filter(outcome="", pk__in=[delivery_id] if delivery_id else [])
        waiting.update(outcome=Outcome.COALESCED, reason="newer event", at=self.now)
