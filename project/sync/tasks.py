"""Sync's periodic work."""

from __future__ import annotations

from celery import shared_task

from project.queueing import queue
from project.sync import fanout, log, weeks

SHORTENING_SECONDS = 20.0


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def make_weeks() -> None:
    """Make the log's weeks to come."""
    weeks.make_weeks()


@shared_task  # type: ignore[untyped-decorator]
def prune_logs() -> None:
    """Drop updates that are older than the log is kept."""
    weeks.drop_old()


@shared_task  # type: ignore[untyped-decorator]
def shorten_logs() -> None:
    """Drop updates beyond a log's length, for a while; then behind whatever waits."""
    if not log.shorten_long(SHORTENING_SECONDS):
        queue("project.sync.tasks.shorten_logs")


@shared_task  # type: ignore[untyped-decorator]
def fan_out(topic: str, subject: int) -> None:
    """Tell many people of one change, a chunk at a time."""
    fanout.run(topic, subject)


@shared_task  # type: ignore[untyped-decorator]
def sweep_fan_outs() -> None:
    """Take up the fan-outs whose job was lost."""
    fanout.sweep()
