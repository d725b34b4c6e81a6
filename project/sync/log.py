"""Writing and reading the per-user log.

Positions are taken under the head's row lock, in the transaction that makes the change: they have
no gap, and whoever sees one sees every smaller one (PostgreSQL shows a transaction before it frees
its locks). The lock order everywhere is chats by id, then users by id.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from project import wire
from project.errors import Problem
from project.sync import hints, history
from project.sync.models import Head, Update

PAGE = 200
_LOCK = """
select user_id, pts from sync_head where user_id = any (%s::bigint[])
    order by user_id for no key update"""
_INSERT = """
insert into sync_update (user_id, pts, kind, subject, part)
    select * from unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[])"""
_RAISE = """
update sync_head h set pts = w.pts
    from unnest(%s::bigint[], %s::bigint[]) w (user_id, pts) where h.user_id = w.user_id"""
_EPOCH = f"""
(select value, timeline is not distinct from {history.TIMELINE} as known
    from sync_epoch order by id limit 1) e"""  # noqa: S608  # these are constants
_POSITION = f"""
select e.value, e.known, h.pts, h.floor from sync_head h left join {_EPOCH} on true
    where h.user_id = %s"""  # noqa: S608
_READ = "select * from sync_read_1(%s, %s, %s)"
_LONG = """
select user_id, pts - %(kept)s from sync_head where pts - floor > %(kept)s limit %(limit)s"""
_DIFFERING = """
select h.user_id, h.pts from unnest(%s::bigint[], %s::bigint[]) w (user_id, pts)
    join sync_head h on h.user_id = w.user_id where h.pts <> w.pts"""


class Entry(NamedTuple):
    """What `user_id` must learn: the kind and the object's id; of a message, its chat's and its
    number there."""

    user_id: int
    kind: str
    subject: int | None = None
    number: int | None = None


class Row(NamedTuple):
    """A stored update. `age` is in seconds, by the database's clock."""

    pts: int
    kind: str
    subject: int | None
    number: int | None
    age: float = 0.0


@dataclass(frozen=True)
class Position:
    """The state of a user's log."""

    epoch: str
    pts: int
    floor: int


def open_log(user_id: int) -> None:
    """Give a new user a log. Call it in the transaction that makes the user."""
    Head.objects.create(user_id=user_id)


def lock_users(user_ids: Iterable[int]) -> dict[int, Head]:
    """Lock these users' heads in the global order until the transaction ends. Also what makes a
    change between two people (a block, say) exclude a message that is being sent."""
    heads = Head.objects.select_for_update(no_key=True).filter(user_id__in=set(user_ids))
    return {head.user_id: head for head in heads.order_by("user_id")}


def append_and_tell_on_commit(
    entries: Sequence[Entry], known: Mapping[int, wire.Output] | None = None
) -> None:
    """Write the updates now and tell live devices after the commit. `known`, by user, is the data
    of the only update of theirs, where that is at hand: devices then need not ask for it.

    Must run in a transaction, once and as its last lock: it locks the users' heads in order.
    Entries of users who have no log (they left) are dropped. Three statements, however many entries
    there are; still, what many people must learn is `fanout`'s to tell.
    """
    assert connection.in_atomic_block, "the log is written with the change it tells of"
    if not entries:
        return
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [list({entry.user_id for entry in entries})])
        heads: dict[int, int] = dict(cursor.fetchall())
        rows = []
        for user_id, *reference in entries:
            if user_id in heads:
                heads[user_id] += 1
                rows.append((user_id, heads[user_id], *reference))
        if not rows:
            return
        cursor.execute(_INSERT, [list(column) for column in zip(*rows, strict=True)])
        cursor.execute(_RAISE, [list(heads), list(heads.values())])
    told = known or {}
    kinds = {entry.user_id: entry.kind for entry in entries}
    news = [(user, pts, kinds[user], told.get(user)) for user, pts in heads.items()]
    transaction.on_commit(lambda: hints.tell_updates(news))


def position_of(user_id: int) -> Position:
    """Raises `not_found` for a user without a log."""
    with connection.cursor() as cursor:
        cursor.execute(_POSITION, [user_id])
        return _position(cursor.fetchone())


def position_if(condition: LiteralString, user_id: int, *values: Any) -> Position | None:
    """The same where an SQL condition on the head `h` holds, in one statement; None where it does
    not, and for a user without a log."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_POSITION} and {condition}", [user_id, *values])
        found = cursor.fetchone()
    return found and _position(found)


def _position(found: tuple[Any, ...] | None) -> Position:
    """A cursor is judged by the epoch, so the epoch is settled first: the database may be another
    one than a moment ago."""
    if found is None:
        raise Problem("not_found")
    epoch, known, pts, floor = found[:4]
    return Position(epoch if known else history.current_epoch()[0], pts, floor)


def why_reset(position: Position, epoch: str, pts: int) -> str | None:
    """Why a cursor cannot be continued: `epoch`, `invalid` (no position at all), `future` or
    `too_old`; None when it can."""
    if epoch != position.epoch:
        return "epoch"
    if pts < 0:
        return "invalid"
    if pts > position.pts:
        return "future"
    return "too_old" if pts < position.floor else None


def read(user_id: int, after: int, limit: int = PAGE) -> tuple[Position, list[Row]]:
    """The log's state and at most `limit` updates above `after`, ascending, both as of one moment:
    nothing can be pruned in between. Raises `not_found` for a user without a log."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [user_id, after, limit])
        found = cursor.fetchall()
    position = _position(found[0] if found else None)
    return position, [Row(*values[4:]) for values in found if values[4] is not None]


def heads_of(user_ids: Iterable[int]) -> dict[int, int]:
    """The present positions of many users, in one query."""
    heads = Head.objects.filter(user_id__in=list(user_ids))
    return dict(heads.values_list("user_id", "pts"))


def heads_other_than(known: Mapping[int, int]) -> dict[int, int]:
    """The present positions of those users who are not where they are held to be."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, [list(known), list(known.values())])
        return dict(cursor.fetchall())


def close_log(user_id: int) -> int:
    """Forget the log of a person who left; how many updates that were. Later ones are dropped."""
    with transaction.atomic():
        lock_users([user_id])
        Head.objects.filter(user_id=user_id).delete()
        return Update.objects.filter(user_id=user_id).delete()[0]


def shorten_long(budget: float) -> bool:
    """Cut logs that are longer than they are kept; whether that was done within `budget` seconds.

    Whoever goes on later begins at the first one that is still too long. The floor is raised and
    committed first, so no reader finds a hole it was not told of.
    """
    deadline = time.monotonic() + budget
    while long := _long():
        for user_id, floor in long:
            cut(user_id, floor)
            if time.monotonic() > deadline:
                return False
    return True


def _long() -> list[tuple[int, int]]:
    """Some users whose log is too long, and what its floor should be."""
    with connection.cursor() as cursor:
        cursor.execute(_LONG, {"kept": settings.LOG_UPDATES, "limit": PAGE})
        return list(cursor.fetchall())


def cut(user_id: int, floor: int) -> None:
    """Drop a user's updates up to `floor`."""
    head = Head.objects.filter(user_id=user_id, floor__lt=floor)
    before = head.values_list("floor", flat=True).first()
    head.update(floor=floor)
    for start in range(before or 0, floor, settings.LOG_UPDATES):
        end = min(floor, start + settings.LOG_UPDATES)
        Update.objects.filter(user_id=user_id, pts__gt=start, pts__lte=end).delete()
