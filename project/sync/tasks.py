"""Sync's periodic work."""

from __future__ import annotations

from celery import shared_task

from project.sync import fanout, log


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def prune_logs() -> None:
    """Drop updates that are older than the log is kept, or beyond its length."""
    for user_id in log.prunable():
        log.prune(user_id)


@shared_task  # type: ignore[untyped-decorator]
def fan_out(topic: str, subject: int) -> None:
    """Tell many people of one change, a chunk at a time."""
    fanout.run(topic, subject)


@shared_task  # type: ignore[untyped-decorator]
def sweep_fan_outs() -> None:
    """Take up the fan-outs whose job was lost."""
    fanout.sweep()
