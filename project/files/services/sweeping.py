"""What nobody came back for, and what a dead process left behind. Every rule may be run at any
time, by any number of sweeps at once, and may die in between: the next one goes on.

- Each file is let go in a transaction of its own, with the Erasure of its bytes in it.
- An object is deleted only for what the database says of its file, and an hour after it was
  written. It waits for its row no longer than a task may run, ten minutes, so one without a row
  has lost it; and states never go back, so what is no longer needed never will be.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction
from django.db.models import Q

from project.files.metrics import ASTRAY
from project.files.models import Erasure, File, State
from project.files.services.erasing import erase
from project.files.services.releasing import release
from project.files.services.states import move, tell
from project.files.services.taking import forgotten, free
from project.files.stores import PLACES, Stored, store
from project.queueing import queue
from project.sync.log import lock_users

logger = logging.getLogger(__name__)

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(hours=24)
FAILURES = 10
BATCH = 500

# States that a place's objects are of use in; `incoming` is emptied when a file is decided on.
NEEDED = {
    "incoming": {State.PENDING, State.PROCESSING},
    "content": {State.PENDING, State.PROCESSING, State.READY},
    "thumbnails": {State.PENDING, State.PROCESSING, State.READY},
}


def sweep(now: dt.datetime) -> None:
    """All rules, in the order in which one makes work for the next."""
    go_on(now)
    let_go(Q(state=State.PENDING, created_at__lt=now - HOUR), "unused")
    let_go(Q(state=State.READY, used_at=None, created_at__lt=now - DAY), "unused")
    let_go(Q(state=State.REJECTED, created_at__lt=now - DAY), "rejected")
    retry_erasures()
    for place in PLACES:
        delete_astray(place, now - HOUR)


def go_on(now: dt.datetime) -> None:
    """Have files looked at that nobody is at. What a day of trying did not settle is given up."""
    for file in forgotten(now)[:BATCH]:
        if file.completed_at is not None and file.completed_at < now - DAY:
            move(file, State.PROCESSING, State.REJECTED, reason="failed")
            continue
        free(file)
        if not queue("project.files.tasks.process", file.pk):
            return


def let_go(only: Q, cause: str) -> None:
    """Release the files of which `only` holds, also once they are locked, and tell their owners."""
    for file_id, owner_id in list(File.objects.filter(only).values_list("pk", "owner_id")):
        with transaction.atomic():
            lock_users([owner_id])
            if release(file_id, cause, only):
                tell(owner_id, file_id)


def retry_erasures() -> None:
    """Those that were tried least come first; a store that is away is not asked for ever."""
    waiting = Erasure.objects.filter(finished_at=None).order_by("attempts", "requested_at")
    failures = 0
    for erasure_id in list(waiting.values_list("pk", flat=True)):
        failures += not erase(erasure_id)
        if failures >= FAILURES:
            return


def delete_astray(place: str, before: dt.datetime) -> None:
    """Delete the objects of a place, last written before then, that no file needs there."""
    try:
        for batch in _batches(o for o in store().listing(place) if o.at < before):
            for key in astray(place, [stored.key for stored in batch]):
                store().delete(place, key)
                ASTRAY.labels(place).inc()
    except OSError as error:
        logger.warning("%s is not swept: %r", place, error)


def astray(place: str, keys: list[str]) -> list[str]:
    """Those of the objects that no file needs there."""
    files = File.objects.filter(key__in=keys, state__in=NEEDED[place])
    needed = set(files.values_list("key", flat=True))
    return [key for key in keys if key not in needed]


def _batches(objects: Iterable[Stored]) -> Iterator[list[Stored]]:
    left = iter(objects)
    while batch := list(islice(left, BATCH)):
        yield batch
