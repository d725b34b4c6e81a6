"""Accounts' work in the background: doors to services, each safe to run twice."""

from __future__ import annotations

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from accounts.services import (
    challenges,
    erasing,
    exporting,
    messages,
    sessions,
    sms_counts,
    wrong_passwords,
)
from project.queueing import queue

_PATIENT = {
    "autoretry_for": (OSError,),
    "retry_backoff": 5,
    "retry_backoff_max": 60,
    "max_retries": 5,
}


@shared_task(**_PATIENT)  # type: ignore[untyped-decorator]  # celery has no types
def deliver_challenge(token: str) -> None:
    """Bring a challenge's code to its destination, or the notice that belongs there instead."""
    messages.deliver(token, timezone.now())


@shared_task(**_PATIENT)  # type: ignore[untyped-decorator]
def deliver_notice(channel: str, destination: str, notice: str, detail: str) -> None:
    """Tell somebody what happened to their account."""
    messages.notify(channel, destination, notice, detail)


@shared_task  # type: ignore[untyped-decorator]
def erase_person(erasure_id: int) -> None:
    """Erase what is left of somebody who left. Of very much another job erases the rest."""
    try:
        erasing.erase(erasure_id)
    except SoftTimeLimitExceeded:
        queue("accounts.tasks.erase_person", erasure_id)


@shared_task  # type: ignore[untyped-decorator]
def export_data(export_id: int) -> None:
    """Make the copy of a person's data."""
    exporting.make(export_id)


# Every hour. A task for each, so that one that fails stops no other; one that is not done asks for
# another turn, behind whatever waits.


@shared_task  # type: ignore[untyped-decorator]
def tidy_erasures() -> None:
    """Have the erasures gone on with that did not come to their end."""
    for erasure_id in erasing.unfinished():
        queue("accounts.tasks.erase_person", erasure_id)


@shared_task  # type: ignore[untyped-decorator]
def tidy_challenges() -> None:
    """Drop old codes and counts of wrong ones."""
    if challenges.purge():
        queue("accounts.tasks.tidy_challenges")


@shared_task  # type: ignore[untyped-decorator]
def tidy_wrong_passwords() -> None:
    """Drop old counts of wrong passwords."""
    if wrong_passwords.purge():
        queue("accounts.tasks.tidy_wrong_passwords")


@shared_task  # type: ignore[untyped-decorator]
def tidy_sms_counts() -> None:
    """Drop old counts of text messages."""
    if sms_counts.purge():
        queue("accounts.tasks.tidy_sms_counts")


@shared_task  # type: ignore[untyped-decorator]
def tidy_sessions() -> None:
    """Drop sessions that are long over."""
    if sessions.purge():
        queue("accounts.tasks.tidy_sessions")


@shared_task  # type: ignore[untyped-decorator]
def tidy_exports() -> None:
    """Discard old copies of people's data."""
    exporting.discard_old()
