"""Starting background work from wherever it is asked for."""

from __future__ import annotations

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def queue(task: str, *arguments: object) -> bool:
    """Whether the task, by its full name, is queued now; the queue is asked once and not waited
    for."""
    try:
        current_app.send_task(task, arguments, retry=False)
    except OperationalError as error:
        logger.warning("%s was not queued: %r", task, error)
        return False
    return True
