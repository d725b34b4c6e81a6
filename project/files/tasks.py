"""Files' work in the background: doors to services, each safe to run twice and to be killed."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from project.files.services import erasing, sweeping


# A file whose processing kills its worker must not come back at once, again and again: the sweep
# brings it back, every ten minutes.
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

    processing.process(file_id)


@shared_task  # type: ignore[untyped-decorator]
def erase(erasure_id: int) -> None:
    """Erase the bytes of a file that was let go; what fails is left to the sweep."""
    erasing.erase(erasure_id)


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Every ten minutes: finish what was left unfinished."""
    sweeping.sweep(timezone.now())
