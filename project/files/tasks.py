"""Files' work in the background: doors to services, each safe to run twice and to be killed."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from project.files.services import erasing, straying, sweeping, taking
from project.queueing import queue


# A file whose processing ends its worker must not come back at once: it is brought back once a
# minute, and not for ever.
@shared_task(  # type: ignore[untyped-decorator]  # celery has no types
    autoretry_for=(OSError,),
    retry_backoff=2,
    retry_backoff_max=30,
    max_retries=3,
    reject_on_worker_lost=False,
)
def process(file_id: int) -> None:
    """Look at what was uploaded: the file is ready or rejected after it."""
    from project.files.services import processing  # pillow and all, which only workers need

    if not taking.take_up(file_id):
        return
    try:
        with taking.at_work(file_id):
            processing.process(file_id)
    except OSError:  # the store is away
        taking.put_back(file_id)
        raise


@shared_task  # type: ignore[untyped-decorator]
def erase(erasure_id: int) -> None:
    """Erase the bytes of a file that was let go; what fails is left to the sweep."""
    erasing.erase(erasure_id)


@shared_task  # type: ignore[untyped-decorator]
def resume() -> None:
    """Every minute: look at what a worker that ended left half done; somebody waits for it."""
    sweeping.go_on(timezone.now())


# Every ten minutes. A task for each, so that one that fails stops no other.


@shared_task  # type: ignore[untyped-decorator]
def sweep_unneeded() -> None:
    """Let go of what nobody came back for."""
    sweeping.let_go_unneeded(timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def sweep_erasures() -> None:
    """Go on with what was not erased at once."""
    sweeping.retry_erasures()


@shared_task  # type: ignore[untyped-decorator]
def tidy_erasures() -> None:
    """Every hour: forget what was erased long ago."""
    if sweeping.forget_erasures(timezone.now()):
        queue("project.files.tasks.tidy_erasures")


@shared_task  # type: ignore[untyped-decorator]
def sweep_astray() -> None:
    """Delete what lies in the store and belongs to no file."""
    straying.sweep_astray(timezone.now())
