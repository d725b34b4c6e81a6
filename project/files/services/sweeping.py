"""What nobody came back for, and what a dead process left behind. Every rule may be run at any
time, by any number of sweeps at once, and may die in between: the next one goes on.

- Each file is let go in a transaction of its own, with the Erasure of its bytes in it.
- What lies in the store and belongs to no file: see `straying`.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.db import DatabaseError, transaction
from django.db.models import Q

from project import purging
from project.files.models import Erasure, File, State
from project.files.services.erasing import erase
from project.files.services.releasing import release
from project.files.services.states import move, tell
from project.files.services.straying import sweep_astray
from project.files.services.taking import forgotten, free
from project.queueing import queue
from project.sync.log import lock_users

logger = logging.getLogger(__name__)

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(hours=24)
RECORDED = dt.timedelta(days=365)
FAILURES = 10
BATCH = 500
SWEPT = 5_000


def sweep(now: dt.datetime) -> None:
    """All rules, in the order in which one makes work for the next."""
    go_on(now)
    let_go_unneeded(now)
    retry_erasures()
    sweep_astray(now)


def let_go_unneeded(now: dt.datetime) -> None:
    """Let go of what nobody came back for; the oldest first, and so many of each at a time."""
    let_go(Q(state=State.PENDING, created_at__lt=now - HOUR), "unused")
    let_go(Q(state=State.READY, used_at=None, created_at__lt=now - DAY), "unused")
    let_go(Q(state=State.REJECTED, created_at__lt=now - DAY), "rejected")


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
    old = File.objects.filter(only).order_by("created_at")
    for file_id, owner_id in list(old.values_list("pk", "owner_id")[:SWEPT]):
        try:
            _let_go(file_id, owner_id, only, cause)
        except DatabaseError as error:  # locked for long, say; the others do not wait for it
            logger.warning("file %s is not let go: %r", file_id, error)


@transaction.atomic
def _let_go(file_id: int, owner_id: int, only: Q, cause: str) -> None:
    lock_users([owner_id])
    if release(file_id, cause, only):
        tell(owner_id, file_id)


def forget_erasures(now: dt.datetime) -> bool:
    """Drop the records of what was erased a year ago; whether there are more."""
    done = Erasure.objects.filter(requested_at__lt=now - RECORDED).exclude(finished_at=None)
    return purging.purge(done.order_by("requested_at"))


def retry_erasures() -> None:
    """Those that were tried least come first; a store that is away is not asked for ever."""
    waiting = Erasure.objects.filter(finished_at=None).order_by("attempts", "requested_at")
    failures = 0
    for erasure_id in list(waiting.values_list("pk", flat=True)[:SWEPT]):
        failures += not erase(erasure_id)
        if failures >= FAILURES:
            return
