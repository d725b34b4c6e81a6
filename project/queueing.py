"""Starting background work from wherever it is asked for, without waiting for the queue.

A thread of its own talks to the queue, so no event loop, request or transaction is held up by a
Redis that hangs. Work that waits there is queued as soon as Redis is back; what is lost with the
process is swept up, if it must not be lost.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from queue import Full, Queue

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError
from redis import RedisError

from project.errors import Problem

logger = logging.getLogger(__name__)

Work = tuple[str, tuple[object, ...]]

WAITING = 2_000
PAUSE = 0.5
SECONDS = 2.0
"""How long somebody waits who must know that work is queued, and a process that ends."""


def queue(task: str, *arguments: object) -> bool:
    """Whether the task, by its full name, is queued now. For workers, which may wait for it."""
    try:
        current_app.send_task(task, arguments, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("%s was not queued: %r", task, error)
        return False
    return True


def queue_soon(task: str, *arguments: object) -> None:
    """Have it queued. When too much waits already it is dropped."""
    if settings.CELERY_WORKER:
        queue(task, *arguments)
    else:
        _line.put((task, arguments))


def queue_on_commit(task: str, *arguments: object) -> None:
    """Have it queued after the commit. Whatever becomes of it, what else follows does follow."""
    transaction.on_commit(lambda: queue_soon(task, *arguments), robust=True)


def require_on_commit(task: str, *arguments: object) -> None:
    """For what a person is told to wait for: `unavailable` is raised at the commit if it is not
    queued within SECONDS. Let it be the last that its transaction asks for."""
    transaction.on_commit(lambda: require(task, *arguments))


def require(task: str, *arguments: object) -> None:
    """Queue it now, or raise `unavailable` after SECONDS at most."""
    asked = _asking.submit(queue, task, *arguments)
    try:
        queued = asked.result(SECONDS)
    except TooLate:
        asked.cancel()
        queued = False
    if not queued:
        raise Problem("unavailable", "This cannot be done now.", retry_after=5)


_asking = ThreadPoolExecutor(4, thread_name_prefix="queue-now")


class _Line:
    """What waits to be queued, and the thread that does it, in order."""

    def __init__(self) -> None:
        self._waiting: Queue[Work] = Queue(WAITING)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, work: Work) -> None:
        try:
            self._waiting.put_nowait(work)
        except Full:
            logger.warning("%s was not queued: too much waits", work[0])
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():  # a fork has no threads
                self._thread = threading.Thread(target=self._run, name="queue", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            task, arguments = self._waiting.get()
            try:
                while not queue(task, *arguments):
                    time.sleep(PAUSE)
            except Exception:
                logger.exception("%s cannot be queued", task)
            finally:
                self._waiting.task_done()

    def drain(self) -> None:
        """Before the process ends, wait for what is on its way; for SECONDS at most."""
        deadline = time.monotonic() + SECONDS
        while self._waiting.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.01)


_line = _Line()
atexit.register(_line.drain)
