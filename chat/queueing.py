"""Starting chat's background work."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

WAITING = 500

_thread = ThreadPoolExecutor(1, thread_name_prefix="chat-queue")
_room = BoundedSemaphore(WAITING)


def _queue(task: str, *arguments: int) -> None:
    """The queue is asked once and not waited for; what needs to happen in any case is swept up."""
    try:
        current_app.send_task(f"chat.tasks.{task}", arguments, retry=False)
    except OperationalError as error:
        logger.warning("%s was not queued: %r", task, error)


def action_on_commit(run_id: int) -> None:
    """Run a triggered action; if the queue is away, the next sweep does."""
    transaction.on_commit(lambda: _queue("run_action", run_id))


def preview_on_commit(chat_id: int, number: int) -> None:
    """Make a preview of the message's link; while the queue is away there is none."""
    transaction.on_commit(lambda: _queue("make_preview", chat_id, number))


def preview_soon(chat_id: int, number: int) -> None:
    """The same from an event loop, which must not wait for the queue."""
    if not _room.acquire(blocking=False):
        logger.warning("a preview was not queued: too many wait")
        return
    _thread.submit(_queue_and_make_room, chat_id, number)


def _queue_and_make_room(chat_id: int, number: int) -> None:
    try:
        _queue("make_preview", chat_id, number)
    finally:
        _room.release()
