"""Starting contacts' work in the background, once the transaction that asks for it is committed.

What is to be done is in the database. While the queue is away, sweeps find it.
"""

from __future__ import annotations

from django.db import transaction

from project.queueing import queue


def work_on_commit(book_id: int) -> None:
    """Work on what waits to be imported into a book."""
    transaction.on_commit(lambda: queue("contacts.tasks.work_imports", book_id))


def run_errands_on_commit() -> None:
    transaction.on_commit(lambda: queue("contacts.tasks.run_errands"))


def send_invite_on_commit(invite_id: int) -> None:
    transaction.on_commit(lambda: queue("contacts.tasks.send_invite", invite_id))


def send_invite_soon(invite_id: int) -> None:
    queue("contacts.tasks.send_invite", invite_id)
