"""Sync's periodic work."""

from __future__ import annotations

from celery import shared_task

from project.sync import log


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def prune_logs() -> None:
    """Drop updates that are older than the log is kept, or beyond its length."""
    for user_id in log.prunable():
        log.prune(user_id)
