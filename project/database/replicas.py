"""Reading from standbys that may be late, without anybody's noticing.

What a person is shown may not go back behind what they were told. All of that is in their log, and
each change is in one transaction with its place there; so a replica whose head of this person's log
is where the primary's is knows all that this person was told, and one whose head is not does not.
The primary is asked for the head, a look at one row, and everything else comes from one snapshot of
the replica. What is not in the reader's log (that somebody else wants to be hidden, say) may be
LATE_SECONDS old there.

Cursors, heads and checks for duplicates are never read here: they are the primary's.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, transaction

from project.errors import Problem
from project.metrics import REPLICAS

logger = logging.getLogger(__name__)

T = TypeVar("T")

LATE_SECONDS = 3.0
REST_SECONDS = 5.0
"""So long a replica is left alone that failed or is late."""

_TOLD = """
select e.value, h.pts, (pg_current_wal_flush_lsn() - '0/0')::bigint
    from sync_head h, sync_epoch e where h.user_id = %s order by e.id limit 1"""
_KNOWN = """
select e.value, h.pts, (pg_last_wal_replay_lsn() - '0/0')::bigint,
        extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8
    from sync_head h, sync_epoch e where h.user_id = %s order by e.id limit 1"""
_SNAPSHOT = "set transaction isolation level repeatable read, read only"

_turns = itertools.count()
_resting: dict[str, float] = {}


class Told(NamedTuple):
    """What a person may have been told: up to `pts`, in this epoch. `lsn` is where the write-ahead
    log was then, in bytes."""

    epoch: str
    pts: int
    lsn: int


class BehindError(Exception):
    """The replica does not know all that the person was told, or is late as a whole."""


def reading(user_id: int, read: Callable[[], T]) -> T:
    """What `read` finds, on a replica if there is one that knows enough, else on the primary. It
    must find everything before it returns, write nothing, and may be called twice."""
    alias = _next()
    if alias is None or connection.in_atomic_block:
        return read()
    told = _told(user_id)
    if told is not None:
        try:
            with _instead_of_the_primary(alias), transaction.atomic():
                _check(alias, user_id, told)
                found = read()
        except BehindError:
            REPLICAS.labels("behind").inc()
        except Problem:
            REPLICAS.labels("asked again").inc()  # what is not there yet may be there already
        except (DatabaseError, OSError) as error:
            logger.warning("%s is left alone for a while: %r", alias, error)
            _rest(alias)
            REPLICAS.labels("failed").inc()
        else:
            REPLICAS.labels("answered").inc()
            return found
    return read()


def _next() -> str | None:
    """The replica whose turn it is, of those that do not rest."""
    now = time.monotonic()
    ready = [name for name in settings.REPLICAS if _resting.get(name, 0.0) <= now]
    return ready[next(_turns) % len(ready)] if ready else None


def _rest(alias: str) -> None:
    _resting[alias] = time.monotonic() + REST_SECONDS


def _told(user_id: int) -> Told | None:
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [user_id])
        found = cursor.fetchone()
    return found and Told(*found)


def _check(alias: str, user_id: int, told: Told) -> None:
    """Begin the snapshot, and raise BehindError if it is none to read from. No standby at all (its
    log is not replayed) is none either, as it may have a history of its own by now."""
    with connection.cursor() as cursor:
        cursor.execute(_SNAPSHOT)
        cursor.execute(_KNOWN, [user_id])
        found = cursor.fetchone()
    epoch, pts, lsn, age = found or (None, 0, None, None)
    if lsn is None or (lsn < told.lsn and (age is None or age > LATE_SECONDS)):
        _rest(alias)
        raise BehindError
    if epoch != told.epoch or pts < told.pts:
        raise BehindError


@contextmanager
def _instead_of_the_primary(alias: str) -> Iterator[None]:
    """Whatever this thread asks the database meanwhile, it asks the replica."""
    primary, replica = connections[DEFAULT_DB_ALIAS], connections[alias]
    connections[DEFAULT_DB_ALIAS] = replica
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = primary
        with suppress(DatabaseError):
            replica.close()  # back to its pool
