"""Starting files' background work after the commit. While the queue is away nothing is lost: the
sweep finds what was not started."""

from __future__ import annotations

from django.db import transaction

from project.queueing import queue


def process_on_commit(file_id: int) -> None:
    transaction.on_commit(lambda: queue("project.files.tasks.process", file_id))


def erase_on_commit(erasure_id: int) -> None:
    transaction.on_commit(lambda: queue("project.files.tasks.erase", erasure_id))
