"""Imports that nobody works on any more, and those that are long over. The queue may lose anything;
the bound is here."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from contacts.models import Chunk, Import
from contacts.models.imports import OPEN
from project.queueing import queue

SILENT = dt.timedelta(seconds=20)
"""Work says every second that it goes on; after so long there is none."""
KEPT = dt.timedelta(days=30)
SWEPT = 200


def sweep(silent: dt.timedelta = SILENT) -> None:
    """Have imports gone on with of which nothing was heard for so long."""
    waiting = Import.objects.filter(state__in=OPEN, beat_at__lt=timezone.now() - silent)
    books = waiting.order_by("beat_at").values_list("book_id", flat=True)[:SWEPT]
    for book_id in dict.fromkeys(books):
        queue("contacts.tasks.work_imports", book_id)


def tidy() -> int:
    """Drop the entries and outcomes of imports that ended a month ago; how many chunks."""
    old = Import.objects.filter(finished_at__lt=timezone.now() - KEPT).order_by("finished_at")
    ids = list(old.filter(chunks__isnull=False).values_list("pk", flat=True).distinct()[:SWEPT])
    return Chunk.objects.filter(job__in=ids).delete()[0]
