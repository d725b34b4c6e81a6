"""Random operations on a few people's feeds, against a model of two pages.

`python -m tests.feed --steps 100000 --seed 1` does it at length.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from msgspec import to_builtins

from feed.doors.inputs import ReadItems, UpTo
from feed.following import follower
from feed.models import Event, Item
from feed.public import publish, withdraw
from feed.push.wording import badges
from feed.reading import listing, own_data
from feed.services import marking
from project.errors import Problem
from project.sync import kinds, log
from tests.feed.ledgers import Ledger, Published, reference_of

KINDS = ("import.finished", "contact.joined")
GROUPS = "abcdefgh"


@dataclass
class Group:
    """An item as it should be."""

    place: int = 0
    events: list[tuple[str, int | None]] = field(default_factory=list)
    seen: bool = False
    read: bool = False
    archived: bool = False

    def actors(self) -> list[int]:
        """Distinct ones, the newest first."""
        return list(dict.fromkeys(actor for _, actor in self.events[::-1] if actor is not None))


@dataclass
class Model:
    """One person's feed as it should be, and a device that folds what it is told."""

    user_id: int
    alone: bool
    groups: dict[tuple[str, str], Group] = field(default_factory=dict)
    known: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    ledger: Ledger = field(init=False)
    clock: int = 0
    pts: int = 0
    device: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.user_id, self.alone)

    def published(self, kind: str, key: str, group: str | None, actor: int | None) -> None:
        if (kind, key) in self.known or actor == self.user_id:
            return
        name = kind, key if group is None else group
        self.known[kind, key] = name
        self.ledger.fresh.append(Published(kind, key, name[1], actor))
        item = self.groups.setdefault(name, Group())
        if item.read or item.archived:
            item.events.clear()
        item.events.append((key, actor))
        item.seen = item.read = item.archived = False
        self.clock += 1
        item.place = self.clock

    def withdrawn(self, kind: str, key: str) -> None:
        if name := self.known.get((kind, key)):
            item = self.groups[name]
            before = len(item.events)
            item.events = [event for event in item.events if event[0] != key]
            if before and not item.events:
                item.archived = True

    def unread_events(self) -> set[tuple[str, str]]:
        """Kinds and keys of those that unread items stand for."""
        return {
            (kind, key)
            for (kind, _), item in self.groups.items()
            if not (item.read or item.archived)
            for key, _ in item.events
        }

    def listed(self) -> list[tuple[tuple[str, str], Group]]:
        there = [pair for pair in self.groups.items() if not pair[1].archived]
        return sorted(there, key=lambda pair: -pair[1].place)

    def shown(self) -> list[Any]:
        """As `seen_by_server` tells it."""
        return [
            (*name, len(item.events), len(item.actors()), item.actors()[:3], item.seen, item.read)
            for name, item in self.listed()
        ]


def seen_by_server(user_id: int) -> list[Any]:
    return [
        (
            item.kind,
            item.group,
            item.event_count,
            item.actor_count,
            [int(actor.id) for actor in item.actors],
            item.seen_at is not None,
            item.read_at is not None,
        )
        for item in own_data.items(user_id)
    ]


class Walk:
    def __init__(self, user_ids: list[int], seed: int, alone: bool) -> None:
        self.chance = random.Random(seed)
        self.seed = seed
        self.models = [Model(user_id, alone) for user_id in user_ids]
        self.keys: list[tuple[str, str, str | None, int | None]] = []
        for model in self.models:
            model.pts = log.position_of(model.user_id).pts

    def step(self) -> None:
        what = self.chance.choices(
            (
                *("publish", "retry", "withdraw", "seen", "read", "read up to", "archive"),
                *("mute", "reconnect"),
            ),
            (40, 10, 6, 8, 12, 4, 6, 6, 8),
        )[0]
        model = self.chance.choice(self.models)
        listed = model.listed()
        match what:
            case "publish":
                key, actor = f"{self.seed}.{len(self.keys)}", self._actor()
                event = (self.chance.choice(KINDS), key, self._group(), actor)
                self.keys.append(event)
                self._publish(event)
            case "retry" if self.keys:
                self._publish(self.chance.choice(self.keys[-50:]))
            case "withdraw" if self.keys:
                self._withdraw(*self.chance.choice(self.keys[-50:])[:2])
            case "reconnect":
                self.reconnect(model)
            case "mute":
                self.check()  # what happened so far is judged by the mutes so far
                model.ledger.mute(self._actor(), self._group(), self.chance)
            case _ if listed:
                self._mark(what, model, self.chance.randrange(len(listed)))

    def _actor(self) -> int | None:
        people = [model.user_id for model in self.models]
        actors: list[int | None] = [None, *people, *range(1001, 1006)]
        return self.chance.choice(actors)

    def _group(self) -> str | None:
        """Few events have an item of their own, or the lists would grow for ever."""
        return self.chance.choice(GROUPS) if self.chance.random() < 0.98 else None

    def _publish(self, event: tuple[str, str, str | None, int | None]) -> None:
        kind, key, group, actor = event
        chosen = self.chance.sample(self.models, self.chance.randint(1, len(self.models)))
        publish(
            kind=kind,
            recipients=[model.user_id for model in chosen],
            dedupe_key=key,
            group=group,
            actor=actor,
            reference=reference_of(key if group is None else group),
        )
        for model in chosen:
            model.published(kind, key, group, actor)

    def _withdraw(self, kind: str, key: str) -> None:
        chosen = self.chance.sample(self.models, self.chance.randint(1, len(self.models)))
        recipients = [model.user_id for model in chosen]
        withdraw(kind=kind, dedupe_key=key, recipients=recipients)
        for model in chosen:
            model.withdrawn(kind, key)

    def _mark(self, what: str, model: Model, place: int) -> None:
        listed = model.listed()
        (kind, group), item = listed[place]
        row = Item.objects.get(user_id=model.user_id, kind=kind, group=group)
        below = [each for _, each in listed[place:]]
        match what:
            case "seen":
                marking.mark_seen(user_id=model.user_id, given=UpTo(up_to=str(row.pk)))
                for each in below:
                    each.seen = True
            case "read":
                marking.mark_read(user_id=model.user_id, given=ReadItems(ids=[str(row.pk)]))
                item.seen = item.read = True
            case "read up to":
                marking.mark_read(user_id=model.user_id, given=ReadItems(up_to=str(row.pk)))
                for each in below:
                    each.seen = each.read = True
            case "archive":
                marking.archive(user_id=model.user_id, item=str(row.pk))
                item.archived = True

    def reconnect(self, model: Model) -> None:
        """The device comes back, takes in what it missed, and holds what the server shows."""
        while True:
            position, rows = log.read(model.user_id, model.pts)
            for row, told in zip(rows, kinds.render(model.user_id, rows), strict=True):
                model.pts = row.pts
                if told.kind == "notification.removed":
                    model.device.pop(told.data.id, None)
                elif told.kind.startswith("notification."):
                    model.device[told.data.id] = to_builtins(told.data)
            if model.pts == position.pts:
                break
        shown = {item.id: to_builtins(item) for item in own_data.items(model.user_id)}
        assert model.device == shown

    def check(self, whole: bool = False) -> None:
        """Lists, counts, badges and ledgers are what they should be."""
        people = [model.user_id for model in self.models]
        follower.follow(people)
        while Event.objects.filter(user_id__in=people, decided=False).exists():
            follower.follow(people)  # a worker has some of them
        for model in self.models:
            shown = model.shown()
            assert seen_by_server(model.user_id) == shown, model
            counts = listing.counts(model.user_id)
            assert counts.unseen == sum(not seen for *_, seen, _ in shown)
            assert counts.unread == sum(not read for *_, read in shown)
            assert badges([model.user_id]).get(model.user_id, 0) == counts.unread
            self.reconnect(model)
            model.ledger.check(model.unread_events(), whole)


def run(user_ids: list[int], steps: int, seed: int, every: int = 50, alone: bool = False) -> None:
    """Raises AssertionError at the first difference."""
    walk = Walk(user_ids, seed, alone)
    for number in range(1, steps + 1):
        try:
            walk.step()
        except Problem as problem:
            raise AssertionError(f"step {number} was refused: {problem}") from problem
        if number % every == 0 or number == steps:
            walk.check(whole=number % (10 * every) == 0 or number == steps)
