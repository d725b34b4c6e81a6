"""Imports that nobody works on any more, and those that are long over. The queue may lose anything;
the bound is here."""

from __future__ import annotations

import datetime as dt
import time

from django.utils import timezone

from contacts.models import Chunk, Import
from contacts.models.imports import OPEN
from project.queueing import queue

SILENT = dt.timedelta(seconds=20)
"""Work says every second that it goes on; after so long there is none."""
KEPT = dt.timedelta(days=30)
SWEPT = 200
BUDGET_SECONDS = 20.0


def sweep(silent: dt.timedelta = SILENT) -> None:
    """Have imports gone on with of which nothing was heard for so long."""
    waiting = Import.objects.filter(state__in=OPEN, beat_at__lt=timezone.now() - silent)
    books = waiting.order_by("beat_at").values_list("book_id", flat=True)[:SWEPT]
    for book_id in dict.fromkeys(books):
        queue("contacts.tasks.work_imports", book_id)


def tidy() -> bool:
    """Drop the entries and outcomes of imports that ended a month ago; whether there are more.

    Imports stay, so that a batch is known again, and there are ever more of them. So it goes by the
    chunks that there are: ids grow with time, and the oldest import that has one comes first."""
    deadline = time.monotonic() + BUDGET_SECONDS
    before, reached = timezone.now() - KEPT, 0
    while time.monotonic() < deadline:
        behind = Chunk.objects.filter(job__gt=reached).order_by("job", "number")
        first = behind.values_list("job_id", "job__finished_at", "job__created_at").first()
        if first is None or first[2] > before:
            return False
        reached, finished, _ = first
        if finished is not None and finished < before:
            Chunk.objects.filter(job=reached).delete()
    return True
