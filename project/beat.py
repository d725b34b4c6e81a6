"""Celery's beat, of which many may run and one acts.

Whoever holds a lease in Redis puts tasks into their queues, which are in Redis as well; the others
look on. When each was put there lies beside the lease, so that whoever takes over goes on from
there, on whatever machine: a beat has no file of its own. One that ends lets go at once; one that
dies, or hangs, is replaced when its lease is over. Should two act for a moment, a task runs twice,
which each of them survives.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

import redis
from celery.beat import ScheduleEntry

from project.redis import connect
from project.scheduling import Scheduler

logger = logging.getLogger(__name__)

LEASE_SECONDS = 10.0
LOOK_SECONDS = 1.0
"""How often one that looks on tries to get the lease: another acts LEASE + LOOK seconds after the
death of the one before."""

LEASE = "confab.beat"
RAN = "confab.beat.ran"
TAKE = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end
return redis.call('set', KEYS[1], ARGV[1], 'nx', 'px', ARGV[2]) and 1 or 0
"""
LET_GO = "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end"


class OneOfMany(Scheduler):
    """`beat_scheduler = "project.beat:OneOfMany"`. The file that `beat_schedule_filename` names is
    touched as long as it lives, for whoever looks after it."""

    def __init__(self, *args: Any, schedule_filename: str = "", **named: Any) -> None:
        self._name = secrets.token_hex(8)
        self._led = False
        self._alive = Path(schedule_filename) if schedule_filename else None
        super().__init__(*args, **named)

    def tick(self, *args: Any, **named: Any) -> float:
        """Seconds until the next one."""
        if self._alive is not None:
            with suppress(OSError):
                self._alive.touch()
        if not self._leads():
            return LOOK_SECONDS
        following: float = super().tick(*args, **named)
        return min(LOOK_SECONDS, following)

    def reserve(self, entry: ScheduleEntry) -> ScheduleEntry:
        """The entry's next turn, noted before its task is queued."""
        following = super().reserve(entry)
        with suppress(redis.RedisError):
            connect().hset(RAN, entry.name, following.last_run_at.isoformat())
        return following

    def close(self) -> None:
        with suppress(redis.RedisError):
            connect().eval(LET_GO, 1, LEASE, self._name)
        super().close()

    def _leads(self) -> bool:
        """Asked before each turn: whoever was frozen meanwhile finds out that it does not."""
        led, self._led = self._led, False
        try:
            if not connect().eval(TAKE, 1, LEASE, self._name, int(LEASE_SECONDS * 1000)):
                return False
            if not led:
                self._take_over()
        except redis.RedisError as error:
            logger.warning("nothing is scheduled while Redis is away: %r", error)
            return False
        self._led = True
        return True

    def _take_over(self) -> None:
        """Go on from where the one before was."""
        now = self.app.now()
        ran: dict[Any, Any] = connect().hgetall(RAN)
        for name, text in ran.items():
            entry = self.schedule.get(name.decode())
            if entry is not None:
                entry.last_run_at = min(now, dt.datetime.fromisoformat(text.decode()))
        self._heap = None
        logger.info("this beat acts now")

    @property
    def info(self) -> str:
        return f"    . lease -> {LEASE}"
