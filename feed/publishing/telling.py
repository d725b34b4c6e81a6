"""Telling devices of an item as it has just become, so that they need not ask for it.

It is made from what the publishing statement answers, for so few people that it costs the publisher
little; the devices of more people are told that there is something, and it is read for them.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from django.db import DatabaseError

from feed.doors.wire import Notification, NotificationRemoved
from feed.kinds import KINDS
from feed.models import Item
from feed.reading.shapes import notifications
from project.sync import hints

logger = logging.getLogger(__name__)

FEW = 50
REMOVED = "notification.removed"


class Told(NamedTuple):
    """A row of the publishing statement. `news` is the kind of the update at `pts`; both are None
    where devices learn nothing."""

    person: int
    item: int
    pts: int | None
    news: str | None
    actors: list[int]
    actor_count: int
    event_count: int
    created_at: dt.datetime
    updated_at: dt.datetime


def tell_devices(
    rows: Sequence[Told], kind: str, group: str, reference: str | None, data: str
) -> None:
    """Of what is committed. `reference` and `data` are JSON."""
    heard = [row for row in rows if row.pts is not None]
    shown = _shown(heard, kind, group, reference, data)
    hints.tell_updates(
        [(row.person, row.pts or 0, row.news or "", shown.get(row.item)) for row in heard]
    )


def _shown(
    rows: Sequence[Told], kind: str, group: str, reference: str | None, data: str
) -> dict[int, Notification | NotificationRemoved]:
    """By item. Nothing if these are many, their texts want reading, or the database is away: what
    is published is published."""
    if len(rows) > FEW or KINDS[kind].describe is not None:
        return {}
    about = None if reference is None else msgspec.json.decode(reference)
    fields = msgspec.json.decode(data)
    items = [
        Item(
            id=row.item,
            user_id=row.person,
            kind=kind,
            group=group,
            reference=about,
            data=fields,
            actors=row.actors,
            actor_count=row.actor_count,
            event_count=row.event_count,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
        for row in rows
    ]
    try:
        outputs = notifications(items)
    except DatabaseError:
        logger.exception("items are told without what they show")
        return {}
    return {
        row.item: NotificationRemoved(id=output.id) if row.news == REMOVED else output
        for row, output in zip(rows, outputs, strict=True)
    }
