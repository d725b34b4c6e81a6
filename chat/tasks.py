"""Chat's work in the background: doors to services, each safe to run twice."""

from __future__ import annotations

from celery import shared_task

from chat.previews import reach
from chat.services import actions, previews


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def make_preview(chat_id: int, number: int) -> None:
    """Show what the link of a message leads to."""
    previews.add_preview(chat_id, number, reach.INTERNET)


@shared_task(soft_time_limit=actions.SECONDS, time_limit=actions.LEASE - 10)  # type: ignore[untyped-decorator]
def run_action(run_id: int) -> None:
    """Let the embedding application react to a triggered action."""
    actions.run(run_id)


@shared_task  # type: ignore[untyped-decorator]
def sweep_actions() -> None:
    """Every quarter of a minute: go on with what is due, and forget what is long over."""
    actions.sweep()
