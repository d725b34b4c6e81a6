"""Accounts' work in the background."""

from __future__ import annotations

import logging

from celery import shared_task
from celery.app.task import Task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from project.errors import Problem

logger = logging.getLogger(__name__)


def _start_on_commit(task: Task, *arguments: object) -> None:
    def start() -> None:
        try:
            task.apply_async(arguments, retry=False)
        except OperationalError as error:
            logger.warning("%s could not be queued: %r", task.name, error)
            raise Problem("unavailable", "Messages cannot be sent now.", retry_after=5) from None

    transaction.on_commit(start)


def deliver_on_commit(token: str) -> None:
    """Send the challenge's message once this transaction is committed. Raises `unavailable` then,
    if the queue is away."""
    _start_on_commit(deliver_challenge, token)


@shared_task(  # type: ignore[untyped-decorator]  # celery has no types
    autoretry_for=(OSError,), retry_backoff=5, retry_backoff_max=60, max_retries=5
)
def deliver_challenge(token: str) -> None:
    """Bring a challenge's code to its destination, or the notice that belongs there instead."""
    from accounts.services import messages

    messages.deliver(token, timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def purge_challenges() -> None:
    """Drop what nobody can answer any more."""
    from accounts.services import challenges

    challenges.purge()
