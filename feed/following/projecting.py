"""Making items of a source agree with how their subjects stand.

A projection, not a ledger of increments: done twice it changes nothing, and what was missed is made
up for the next time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from feed.deciding.settling import settle
from feed.following.sources import Asked, Source, Standing
from feed.models import Event, Item
from feed.wishes import wanting
from project.sync.log import Entry

CHANGED = """
select u.user_id, u.subject, min(u.part) filter (where u.kind = %s)
    from unnest(%s::bigint[], %s::bigint[]) c (user_id, pts)
        join sync_update u on u.user_id = c.user_id and u.pts > c.pts
    where u.kind = any (%s) and u.subject is not null
    group by 1, 2 order by 1, min(u.pts)"""

FIELDS = (
    "actors", "actor_count", "event_count", "period", "position", "shown", "updated_at", "seen_at",
    "read_at", "archived_at", "newest", "latest", "floor",
)  # fmt: skip


@dataclass
class Subject:
    """One subject of one person: the item it has, and the first number that is news."""

    user_id: int
    subject: int
    first: int | None
    item: Item | None = None

    @property
    def closed(self) -> bool:
        return self.item is None or not self.item.is_open

    @property
    def begins_above(self) -> int | None:
        """The floor of a new period, if there may be one."""
        if not self.closed or self.first is None:
            return None
        return max(self.first - 1, self.item.newest if self.item else 0)

    def asked(self, floor: int) -> Asked:
        return Asked(self.user_id, self.subject, floor, self.item.read_number if self.item else 0)


class Projection:
    """What changes for some people, whose heads are locked at these positions."""

    def __init__(self, source: Source, positions: dict[int, int]) -> None:
        self.source = source
        self.positions = positions
        self.entries: list[Entry] = []
        self.made: list[Item] = []
        self.changed: list[Item] = []
        self.events: list[Event] = []

    def run(self, cursors: dict[int, int]) -> None:
        """Take in what was logged above each one's cursor; raises `positions` by what it tells."""
        subjects = self._subjects(cursors)
        begun = [each for each in subjects if each.begins_above is not None]
        fresh = self._ask(begun, [each.begins_above or 0 for each in begun])
        starting = {id(each) for each, now in zip(begun, fresh, strict=True) if now and now.alive}
        rest = [each for each in subjects if each.item is not None and id(each) not in starting]
        present = self._ask(rest, [each.item.floor for each in rest if each.item is not None])
        shown = self._shown([each.user_id for each in begun])
        for each, standing in zip(begun, fresh, strict=True):
            if standing is not None and standing.alive:
                self._begin(each, standing, shown[each.user_id])
        for each, standing in zip(rest, present, strict=True):
            assert each.item is not None
            self._go_on(each.item, standing)
        self._write()

    def _subjects(self, cursors: dict[int, int]) -> list[Subject]:
        kinds = sorted({self.source.news, *self.source.follows})
        with connection.cursor() as cursor:
            cursor.execute(
                CHANGED, [self.source.news, list(cursors), list(cursors.values()), kinds]
            )
            subjects = [Subject(*row) for row in cursor.fetchall()]
        items = Item.objects.filter(
            kind=self.source.kind,
            user_id__in={each.user_id for each in subjects},
            group__in={str(each.subject) for each in subjects},
        )
        known = {(item.user_id, item.subject): item for item in items}
        for each in subjects:
            each.item = known.get((each.user_id, each.subject))
        return subjects

    def _ask(self, subjects: Sequence[Subject], floors: Sequence[int]) -> list[Standing | None]:
        asked = [each.asked(floor) for each, floor in zip(subjects, floors, strict=True)]
        return list(self.source.read(asked)) if asked else []

    def _shown(self, user_ids: Sequence[int]) -> dict[int, bool]:
        people = sorted(set(user_ids))
        return dict(zip(people, wanting(people, self.source.kind) if people else [], strict=True))

    def _begin(self, each: Subject, standing: Standing, shown: bool) -> None:
        """A new period: for the first time, or after it was read or put away."""
        item = each.item or Item(
            user_id=each.user_id,
            kind=self.source.kind,
            group=str(each.subject),
            subject=each.subject,
            reference={"type": self.source.reference, "id": str(each.subject)},
            data={},
            newest=0,
            read_number=0,
            period=0,
            shown=False,
            created_at=timezone.now(),
        )
        listed = item.is_listed
        (self.changed if each.item else self.made).append(item)
        item.period += 1
        item.floor = each.begins_above or 0
        item.seen_at = item.read_at = item.archived_at = None
        item.shown = shown
        self._take(item, standing)
        word = ("updated" if listed else "created") if shown else ("removed" if listed else None)
        self._tell(item, word, to_the_top=True)

    def _go_on(self, item: Item, standing: Standing | None) -> None:
        """The period goes on, is read there, or has lost its last event."""
        if standing is None or not standing.alive:
            if item.archived_at is None:
                item.archived_at = timezone.now()
                self.changed.append(item)
                settle([item.pk], "deleted")
                self._tell(item, "removed" if item.shown else None)
            return
        before = _shown(item)
        new = standing.newest > item.newest
        self._take(item, standing)
        if _shown(item) != before:
            self.changed.append(item)
            self._tell(item, "updated" if item.is_listed else None, new)

    def _take(self, item: Item, standing: Standing) -> None:
        """Let the item show how its subject stands now."""
        is_open = item.is_open
        if standing.newest > item.newest:
            item.updated_at = standing.at
            if is_open and standing.unread:
                item.seen_at = None
                self.events.append(self._event(item, standing))
        if is_open and not standing.unread:
            item.read_at = timezone.now()
            item.seen_at = item.seen_at or item.read_at
            settle([item.pk], "read")
        item.newest, item.latest = max(item.newest, standing.newest), standing.newest
        item.event_count = standing.unread or standing.alive
        item.actors, item.actor_count = standing.actors, standing.actor_count

    def _event(self, item: Item, standing: Standing) -> Event:
        return Event(
            user_id=item.user_id,
            kind=item.kind,
            key=f"{item.subject}:{standing.newest}",
            item=item,
            actor=standing.actors[0] if standing.actors else None,
            period=item.period,
            decided=False,
            at=standing.at,
        )

    def _tell(self, item: Item, word: str | None, to_the_top: bool = False) -> None:
        if word is not None:
            self.positions[item.user_id] += 1
            self.entries.append(Entry(item.user_id, f"notification.{word}", item.pk))
        if to_the_top:
            item.position = self.positions[item.user_id]

    def _write(self) -> None:
        Item.objects.bulk_create(self.made)
        Item.objects.bulk_update(self.changed, FIELDS)
        Event.objects.bulk_create(self.events, ignore_conflicts=True)


def _shown(item: Item) -> tuple[Any, ...]:
    """What of it a subject decides."""
    return item.event_count, item.newest, item.latest, item.actors, item.read_at
