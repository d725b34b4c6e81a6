"""Which worker is at which file. While one is, it says so again and again: a slow run is not taken
for a dead one, and a dead one is noticed within two minutes."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from project.files.models import File, State
from project.files.services.states import move

logger = logging.getLogger(__name__)

ATTEMPTS = 5
BEAT_SECONDS = 15.0
SILENT = dt.timedelta(minutes=1)
LOST = dt.timedelta(minutes=2)


def take_up(file_id: int) -> bool:
    """Begin with a file; whether to. Not if another worker is at it. A file at which worker after
    worker ended is rejected."""
    free = File.objects.filter(pk=file_id, state=State.PROCESSING, taken_at=None)
    if not free.update(attempts=F("attempts") + 1, taken_at=timezone.now()):
        return False
    file = File.objects.filter(pk=file_id).first()
    if file is None:
        return False
    if file.attempts > ATTEMPTS:
        move(file, State.PROCESSING, State.REJECTED, reason="failed")
    return file.attempts <= ATTEMPTS


def put_back(file_id: int) -> None:
    """The worker had to stop, but lives: it was not the file's fault."""
    taken = File.objects.filter(pk=file_id, attempts__gt=0)
    taken.update(attempts=F("attempts") - 1, taken_at=None)


@contextmanager
def at_work(file_id: int) -> Iterator[None]:
    """Say that this process is at the file, until it ends."""
    over = threading.Event()
    saying = threading.Thread(target=_say, args=(file_id, over), daemon=True)
    saying.start()
    try:
        yield
    finally:
        over.set()
        saying.join()


def _say(file_id: int, over: threading.Event) -> None:
    taken = File.objects.filter(pk=file_id, state=State.PROCESSING)
    while not over.wait(BEAT_SECONDS):
        try:
            taken.update(taken_at=timezone.now())
        except DatabaseError as error:  # the next time will do
            logger.warning("being at file %s could not be told: %r", file_id, error)
        finally:
            connection.close()


def forgotten(now: dt.datetime) -> QuerySet[File]:
    """Files that nobody is at: their task was lost, or their worker ended."""
    lost = Q(taken_at=None, completed_at__lt=now - LOST)
    silent = Q(taken_at__lt=now - SILENT)
    return File.objects.filter(lost | silent, state=State.PROCESSING).order_by("completed_at")


def free(file: File) -> None:
    """Let another worker take it up, unless one has just spoken."""
    File.objects.filter(pk=file.pk, taken_at=file.taken_at).update(taken_at=None)
