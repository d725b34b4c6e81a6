"""Contacts' work in the background: doors to services, each safe to run twice."""

from __future__ import annotations

from celery import shared_task

from contacts.importing import sweeping, work
from contacts.matching import errands, outdating
from contacts.services import invites
from project.queueing import queue


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def work_imports(book_id: int) -> None:
    """Do what waits to be imported into a book."""
    work.work(book_id)


@shared_task  # type: ignore[untyped-decorator]
def run_errands() -> None:
    """Tell many books what they must learn."""
    errands.run()


@shared_task(  # type: ignore[untyped-decorator]
    autoretry_for=(OSError,), retry_backoff=5, retry_backoff_max=60, max_retries=2
)
def send_invite(invite_id: int) -> None:
    """Bring an invitation to its contact."""
    invites.send(invite_id)


@shared_task  # type: ignore[untyped-decorator]
def sweep_imports() -> None:
    """Every quarter of a minute: go on with imports that nobody works on."""
    sweeping.sweep()


@shared_task  # type: ignore[untyped-decorator]
def sweep_invites() -> None:
    """Every quarter of a minute: send invitations whose task was lost."""
    invites.sweep()


@shared_task  # type: ignore[untyped-decorator]
def tidy() -> None:
    """Every hour: forget what imports brought a month ago, and hashes of strangers that no device
    has brought for three."""
    outdating.forget_strangers()
    if sweeping.tidy():
        queue("contacts.tasks.tidy")
