"""The log lies in one partition for each week, so that what is old goes by dropping a table.

To delete a million rows takes seconds, and vacuuming them more, and frees nothing; to drop their
table takes a tenth of a second. Each week's table has an index of its own on user and position; a
position stays unique in the log because it is taken under its head's lock. Weeks are made ahead, by
beat and by `migrate`. A row of a week that nobody made lies in `sync_update_rest`, so a dead beat
makes nobody's write fail.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg import sql

logger = logging.getLogger(__name__)

AHEAD = 2
REST = "sync_update_rest"
CHUNK = 2_000
"""Heads whose floor is raised in one transaction."""
LOCK_WAIT = "200ms"
"""For so long a statement that stops the whole log waits for its turn; then it tries later."""
LOCK_PAUSE = 0.5
TRIES = 20

_PARTITIONS = """
select c.relname,
    substring(pg_get_expr(c.relpartbound, c.oid) from $r$ TO \\('([^']+)'\\)$r$)::timestamptz
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'sync_update'::regclass order by 2"""
_RAISE = """
with recursive people (user_id, place) as (
    (select w.user_id, 1 from {week} w where w.user_id > %(after)s order by w.user_id limit 1)
    union all
    select (select w.user_id from {week} w where w.user_id > p.user_id order by w.user_id limit 1),
            p.place + 1
        from people p where p.user_id is not null and p.place < %(chunk)s
), old as (
    select p.user_id, (select w.pts from {week} w where w.user_id = p.user_id and w.at < %(end)s
                       order by w.pts desc limit 1) as pts
        from people p where p.user_id is not null
), held as (
    select o.user_id, o.pts from old o join sync_head h on h.user_id = o.user_id
        where h.floor < o.pts order by o.user_id for no key update of h
), raised as (
    update sync_head h set floor = greatest(h.floor, e.pts) from held e where h.user_id = e.user_id)
select max(user_id) from people"""
"""Each person of the week is found by a step of its index, however many rows they have."""


class Week(NamedTuple):
    """A partition and where it ends; None for the one of all rows that have no other."""

    name: str
    end: dt.datetime | None


def weeks() -> list[Week]:
    with connection.cursor() as cursor:
        cursor.execute(_PARTITIONS)
        return [Week(*row) for row in cursor.fetchall()]


def weeks_before(oldest: dt.datetime) -> list[Week]:
    """Those that hold nothing but what is older."""
    return [week for week in weeks() if week.end and week.end <= oldest]


def make_weeks() -> int:
    """Make the tables of this week and the next few where there are none; how many were made."""
    there = weeks()
    if not there:
        return 0  # the log has no weeks yet: a migration is still to come
    covered = max((week.end for week in there if week.end), default=None)
    today = timezone.now().date()
    monday = today - dt.timedelta(days=today.weekday())
    made = 0
    for number in range(AHEAD + 1):
        start = monday + dt.timedelta(weeks=number)
        midnight = dt.datetime.combine(start, dt.time(), dt.UTC)
        if (covered is None or midnight >= covered) and not _has_rest(midnight):
            _alone(make, start, start + dt.timedelta(weeks=1))
            made += 1
    return made


def _has_rest(start: dt.datetime) -> bool:
    """Whether rows of this week lie with the rest already; they stay there until they are old."""
    with connection.cursor() as cursor:
        end = start + dt.timedelta(weeks=1)
        cursor.execute(
            "select exists (select from sync_update_rest where at >= %s and at < %s)", [start, end]
        )
        return bool(cursor.fetchone()[0])


def make(start: dt.date, end: dt.date) -> None:
    relation = f"sync_update_{start:%Y%m%d}"
    name = sql.Identifier(relation)
    table = sql.SQL("create table {} (like sync_update including defaults)").format(name)
    index = sql.SQL("alter table {} add primary key (user_id, pts)").format(name)
    attach = sql.SQL(
        "alter table sync_update attach partition {} for values from ({}) to ({})"
    ).format(name, f"{start} 00:00:00+00", f"{end} 00:00:00+00")
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock('sync_update'::regclass::bigint)")
        cursor.execute("select to_regclass(%s) is null", [relation])
        if cursor.fetchone()[0]:  # else another process was quicker
            for statement in (table, index, attach):
                cursor.execute(statement)


def drop_old() -> int:
    """Drop the weeks that hold nothing but what is older than the log is kept; how many those were.
    The floors above it come first, so no reader finds a hole that it was not told of."""
    oldest = timezone.now() - dt.timedelta(days=settings.LOG_DAYS)
    old = weeks_before(oldest)
    for week in old:
        raise_floors(week.name, week.end or oldest)
        _alone(drop, week.name)
    raise_floors(REST, oldest)
    with connection.cursor() as cursor:
        cursor.execute("delete from sync_update_rest where at < %s", [oldest])
    return len(old)


def raise_floors(name: str, end: dt.datetime) -> None:
    """Nobody reads any more what was written before `end` and lies in this partition."""
    statement = sql.SQL(_RAISE).format(week=sql.Identifier(name))
    after: int | None = -1
    while after is not None:
        with connection.cursor() as cursor:
            given: dict[str, Any] = {"after": after, "chunk": CHUNK, "end": end}
            cursor.execute(statement, given)
            after = cursor.fetchone()[0]


def drop(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("drop table if exists {}").format(sql.Identifier(name)))


def _alone(change: Callable[..., None], *args: Any) -> None:
    """Make a change that must have the whole log for itself for a moment. It asks for it in short
    waits, since everybody else waits behind it."""
    for number in range(TRIES):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select set_config('lock_timeout', %s, true)", [LOCK_WAIT])
                return change(*args)
        except OperationalError as error:
            if number == TRIES - 1:
                raise
            logger.info("a change of the log's weeks tries again: %r", error)
            time.sleep(LOCK_PAUSE)
