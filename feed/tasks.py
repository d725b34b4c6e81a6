"""The feed's work in the background: doors to services, each safe to run twice."""

from __future__ import annotations

import logging

from celery import shared_task

from feed.following import follower
from feed.letters import sending
from feed.services import auditing, retention
from project.queueing import queue

logger = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def follow() -> None:
    """Look after the feeds of those to whom something happened."""
    follower.follow_touched()


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Every quarter of a minute: the same for those whose hint was lost."""
    follower.sweep()


@shared_task  # type: ignore[untyped-decorator]
def send_letters() -> None:
    """Every few seconds: letters and digests that are due."""
    sending.send_due_letters()
    sending.send_due_digests()


@shared_task  # type: ignore[untyped-decorator]
def tidy() -> None:
    """Every hour: let go of what is old."""
    if retention.tidy():
        queue("feed.tasks.tidy")


@shared_task  # type: ignore[untyped-decorator]
def audit() -> None:
    """Every night: compare what is kept with what it stands for."""
    found = auditing.audit()
    if any(found.values()):
        logger.error("the feed's audit found differences: %s", found)
