"""Whether somebody looks already: a device that is there is given three seconds to say so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from feed.following.sources import SOURCES
from feed.models import Push

PATIENCE = dt.timedelta(seconds=3)

Place = tuple[str, int, int]


class Attention:
    """What is known of some rows' people. `present` are those who may have a device connected that
    takes a kind in, `reached` how far devices have done so, by kind, person and subject."""

    def __init__(self, present: set[tuple[str, int]], reached: dict[Place, int]) -> None:
        self._present = present
        self._reached = reached

    def noticed(self, row: Push) -> str:
        """Why the push is unnecessary: a device has it, it was seen in the feed meanwhile, or read
        or taken back while it was being decided about."""
        item = row.item
        if item is None:
            return ""
        if not item.is_open:
            return "deleted" if item.read_at is None else "read"
        if item.seen_at is not None and item.seen_at >= row.event_at:
            return "seen"
        place = (item.kind, row.user_id, item.subject or 0)
        return "delivered" if self._reached.get(place, -1) >= item.newest > 0 else ""

    def until(self, row: Push) -> dt.datetime | None:
        """When waiting for a device that is there ends."""
        if row.item is None or (row.item.kind, row.user_id) not in self._present:
            return None
        return row.made_at + PATIENCE


def look(rows: Sequence[Push]) -> Attention:
    """Ask the sources about items that wait to be told of."""
    present: set[tuple[str, int]] = set()
    reached: dict[Place, int] = {}
    for kind, source in SOURCES.items():
        asked = {
            (row.user_id, row.item.subject)
            for row in rows
            if row.item is not None and row.item.kind == kind and row.item.subject is not None
        }
        if not asked or source.delivered is None:
            continue
        found = source.delivered(asked)
        reached |= {(kind, *place): number for place, number in found.items()}
        people = {user_id for user_id, _ in asked}
        there = people if source.present is None else source.present(people)
        present |= {(kind, user_id) for user_id in there}
    return Attention(present, reached)
