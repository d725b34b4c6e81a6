"""Starting accounts' background work, once the transaction that asks for it is committed."""

from __future__ import annotations

from django.db import transaction

from project.errors import Problem
from project.queueing import queue


def _queue(task: str, *arguments: object) -> bool:
    return queue(f"accounts.tasks.{task}", *arguments)


def _require(task: str, *arguments: object) -> None:
    if not _queue(task, *arguments):
        raise Problem("unavailable", "This cannot be done now.", retry_after=5)


def deliver_on_commit(token: str) -> None:
    """Send the challenge's message. Raises `unavailable` at the commit, if the queue is away."""
    transaction.on_commit(lambda: _require("deliver_challenge", token))


def notify_on_commit(channel: str, destination: str, notice: str, detail: str) -> None:
    """Send a notice. It is worth no failure: while the queue is away it is dropped."""
    transaction.on_commit(lambda: _queue("deliver_notice", channel, destination, notice, detail))


def export_on_commit(export_id: int) -> None:
    """Start making a copy of somebody's data. Raises `unavailable` at the commit."""
    transaction.on_commit(lambda: _require("export_data", export_id))


def erase_on_commit(erasure_id: int) -> None:
    """Start erasing; if the queue is away, the hourly look at what is unfinished does."""
    transaction.on_commit(lambda: _queue("erase_person", erasure_id))
