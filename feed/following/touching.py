"""Hints that somebody's log has grown. They cost their caller next to nothing and may be lost.

They are collected for a moment in the process, then in a set in Redis, so that however much happens
to one person, they wait to be followed once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable

import redis
from django.db import transaction

from project.queueing import queue
from project.redis import connect

logger = logging.getLogger(__name__)

PAUSE = 0.1
"""Seconds for which hints are collected."""
TOUCHED = "confab.feed.touched"
QUEUED = "confab.feed.queued"
QUEUED_SECONDS = 5
"""A task that was queued and never ran is queued again after so long."""
REST_SECONDS = 2.0

_lock = threading.Lock()
_touched: set[int] = set()
_threads: list[threading.Thread] = []


def touch_on_commit(user_ids: Iterable[int]) -> None:
    """After the commit, these people's feeds are looked after soon."""
    ids = list(user_ids)
    if ids:
        transaction.on_commit(lambda: touch(ids))


def touch(user_ids: Iterable[int]) -> None:
    """The logs of these people have grown, and that is committed. Neither waits nor fails; may be
    called on an event loop."""
    with _lock:
        _touched.update(user_ids)
        if not _threads or not _threads[0].is_alive():
            _threads[:] = [threading.Thread(target=_run, name="feed-touch", daemon=True)]
            _threads[0].start()


def _run() -> None:
    """One at a time in a process; ends when there is nothing to pass on."""
    while True:
        time.sleep(PAUSE)
        with _lock:
            ids = list(_touched)
            _touched.clear()
            if not ids:
                _threads.clear()
                return
        try:
            _pass_on(ids)
        except redis.RedisError as error:
            logger.warning("the feed's hints are dropped, Redis is away: %s", error)
            time.sleep(REST_SECONDS)


def _pass_on(ids: list[int]) -> None:
    link = connect()
    pipeline = link.pipeline(transaction=False)
    pipeline.sadd(TOUCHED, *ids)
    pipeline.set(QUEUED, 1, nx=True, ex=QUEUED_SECONDS)
    if pipeline.execute()[1]:
        queue("feed.tasks.follow")


def taken(count: int) -> list[int]:
    """Some of those who wait, who then do so no longer."""
    found = connect().spop(TOUCHED, count)
    return sorted(int(user_id) for user_id in found or ())


def begin() -> None:
    """From now on whoever is touched queues a task again."""
    connect().delete(QUEUED)
