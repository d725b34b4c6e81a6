"""The feed's work in the background: doors to services, each safe to run twice."""

from __future__ import annotations

from celery import shared_task

from feed.following import follower
from feed.letters import sending


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
