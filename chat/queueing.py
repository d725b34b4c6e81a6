"""Starting chat's background work.

A thread of its own talks to the queue, so that nobody waits for it: neither an event loop nor a
request, however slow Redis is. What is lost with the process is swept up, if it must not be lost.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

from project.queueing import queue

logger = logging.getLogger(__name__)

WAITING = 500

_thread = ThreadPoolExecutor(1, thread_name_prefix="chat-queue")
_room = BoundedSemaphore(WAITING)


def run_action_soon(run_id: int) -> None:
    """Run a triggered action. Call it after the commit. While the queue is away, sweeps do it."""
    _soon("run_action", run_id)


def make_preview_soon(chat_id: int, number: int) -> None:
    """Make a preview of the message's link. Call it after the commit; while the queue is away there
    is none."""
    _soon("make_preview", chat_id, number)


def _soon(task: str, *arguments: int) -> None:
    if _room.acquire(blocking=False):
        _thread.submit(_queue, task, arguments)
    else:
        logger.warning("%s was not queued: too many wait", task)


def _queue(task: str, arguments: tuple[int, ...]) -> None:
    try:
        queue(f"chat.tasks.{task}", *arguments)
    except Exception as error:  # nobody waits for this one
        logger.warning("%s was not queued: %r", task, error)
    finally:
        _room.release()
