"""Whether the database still holds what devices were told: the epoch, and what it stands for.

A failover that lost a tail, or a restored backup, takes the logs back to an older state, and then
positions repeat with other content. No position can tell that; the database's own history can. Its
name (`place`: the cluster and this very table; `timeline`: one more after each promotion) is kept
beside the epoch, and when the two part the epoch is a new one, which resets every device. A restore
that leaves even the name as it was (files put back) is betrayed by what was seen of the database
before and is kept elsewhere: a position in its write-ahead log (`Witness`), or what a socket that
is still open was told.

A promotion loses nothing while commits wait for the standby; then the epoch stays as it is.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from django.db import connection, transaction

from project.errors import Problem
from project.keys import key_for, keys_for
from project.redis import connect
from project.sync.models import Epoch, fresh_epoch

logger = logging.getLogger(__name__)

TIMELINE = """case when pg_is_in_recovery() then null else
    ('x' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8))::bit(32)::int end"""
"""SQL: the timeline of a primary; null on a standby, which must not say where a log ends."""
_PRESENT = f"""
select system_identifier || '.' || 'sync_epoch'::regclass::oid, {TIMELINE},
    current_setting('synchronous_standby_names') <> ''
        and current_setting('synchronous_commit') in ('on', 'remote_apply'),
    extract(epoch from pg_postmaster_start_time())::float8, (checkpoint_lsn - '0/0')::bigint,
    case when pg_is_in_recovery() then 0 else pg_current_wal_flush_lsn() - '0/0' end::bigint
    from pg_control_system(), pg_control_checkpoint()"""  # noqa: S608  # two constants


class Present(NamedTuple):
    """The database as it is now, since `started` (Unix seconds). Places in its write-ahead log are
    in bytes: `lsn` is the end, `checkpoint` the last one, which right after a start is where the
    server took up its work."""

    place: str
    timeline: int | None
    synchronous: bool
    started: float
    checkpoint: int
    lsn: int


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """That in this epoch the database's write-ahead log had reached `lsn`."""

    epoch: str
    place: str
    timeline: int | None
    started: float
    lsn: int


class Told(NamedTuple):
    """That in this epoch a device of the user was told the position `pts`."""

    epoch: str
    user_id: int
    pts: int


def present() -> Present:
    """Raises `unavailable` on a standby."""
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT)
        found = Present(*cursor.fetchone())
    if found.timeline is None:
        raise Problem("unavailable", "This database is a standby.", retry_after=1)
    return found


def current_epoch(testimony: Iterable[Seen] = ()) -> tuple[str, Present]:
    """The epoch, once what has happened to the database is taken into account."""
    epoch = Epoch.objects.order_by("pk").first()
    now = present()
    if epoch is None or (epoch.place, epoch.timeline) != (now.place, now.timeline):
        return settle(), now
    for seen in testimony:
        if _proved(epoch, now, seen):
            return settle(seen), now
    if epoch.synchronous != now.synchronous:
        Epoch.objects.filter(pk=epoch.pk).update(synchronous=now.synchronous)
    return epoch.value, now


def new_epoch() -> str:
    """Make every cursor void: devices start again from a bootstrap."""
    value = fresh_epoch()
    Epoch.objects.update_or_create(pk=1, defaults={"value": value})
    return value


@transaction.atomic
def settle(evidence: Seen | Told | None = None) -> str:
    """Note the database's history, as a new epoch if it is not the continuation of the one that was
    noted before, or if the evidence holds; the epoch."""
    Epoch.objects.get_or_create(pk=1)
    epoch = Epoch.objects.select_for_update().get(pk=1)
    now = present()
    if reason := _broken(epoch, now) or _proved(epoch, now, evidence):
        logger.error("a new epoch, since the database is older than what was told: %s", reason)
        epoch.value = fresh_epoch()
    epoch.place, epoch.timeline, epoch.synchronous = now.place, now.timeline, now.synchronous
    epoch.save()
    return epoch.value


def _broken(epoch: Epoch, now: Present) -> str | None:
    """Why the present is no continuation of what was noted; None also if nothing was noted yet."""
    if not epoch.place or (epoch.place, epoch.timeline) == (now.place, now.timeline):
        return None
    if epoch.place != now.place:
        return "it was restored"
    lossless = epoch.synchronous and (now.timeline or 0) > (epoch.timeline or 0)
    return None if lossless else "a standby was promoted that may have missed the end"


def _proved(epoch: Epoch, now: Present, evidence: Seen | Told | None) -> str | None:
    """Looked at again under the epoch's lock: of many processes that notice, one acts."""
    if evidence is None or evidence.epoch != epoch.value:
        return None
    if isinstance(evidence, Seen):
        return "its write-ahead log went back" if _went_back(evidence, now) else None
    with connection.cursor() as cursor:
        cursor.execute("select pts from sync_head where user_id = %s", [evidence.user_id])
        head = cursor.fetchone()
    return "a log went back" if head is not None and head[0] < evidence.pts else None


def _went_back(seen: Seen, now: Present) -> bool:
    """Whoever starts a server with files that were put back starts it where they end, which is what
    counts: by now as much may have been written as was lost. After a promotion the last checkpoint
    tells nothing."""
    if seen.place != now.place:
        return False
    restarted = seen.started != now.started and seen.timeline == now.timeline
    return seen.lsn > (now.checkpoint if restarted else now.lsn)


class Witness:
    """How far the database had come, kept in this process and in Redis: outside of what a restore
    takes back. What lies in Redis carries a seal."""

    KEY = "confab.history"

    def __init__(self) -> None:
        self._seen: Seen | None = None

    def epoch(self, *, with_redis: bool) -> str:
        """`current_epoch`, with what is remembered taken as evidence, and the present remembered.
        Memory is asked before the database, since all processes share the one in Redis."""
        testimony = [seen for seen in (self._seen, self._kept() if with_redis else None) if seen]
        epoch, now = current_epoch(testimony)
        self._seen = Seen(epoch, now.place, now.timeline, now.started, now.lsn)
        if with_redis:
            connect().set(self.KEY, _seal(self._seen))
        return epoch

    def _kept(self) -> Seen | None:
        return _unseal(connect().get(self.KEY))


def _mac(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, body, "sha256")


def _seal(seen: Seen) -> bytes:
    body = msgspec.msgpack.encode(seen)
    return _mac(body, key_for("history")) + body


def _unseal(sealed: object) -> Seen | None:
    if not isinstance(sealed, bytes):
        return None
    mac, body = sealed[:32], sealed[32:]
    if not any(hmac.compare_digest(mac, _mac(body, key)) for key in keys_for("history")):
        return None
    try:
        return msgspec.msgpack.decode(body, type=Seen)
    except msgspec.MsgspecError:
        return None
