"""Fan-out: telling many people of one change, outside the transaction that makes it.

A person whose name is shown in 30,000 chats renames themselves in one short transaction: it writes
the new name, the person's own updates (`log.append_and_tell_on_commit`) and one row here, the
outbox. A job then tells the others, at most `CHUNK` at a time, each chunk in a short transaction of
its own that also moves the row's cursor. So what was told is told once, whatever dies in between,
and nobody waits for more than a chunk.

An app that needs it registers a listing, in a module that its `AppConfig.ready` imports:

    @fanout.listing("chat.peers")
    def peers(subject: int, after: int, limit: int) -> list[tuple[int, Entry]]:
        rows = Participant.objects.filter(chat__participants__user_id=subject, id__gt=after)…
        return [(row.id, Entry(row.user_id, "chat.updated", row.chat_id)) for row in rows[:limit]]

and where the change is made, in its transaction and after all other locks (beside `append…`):

    fanout.start_on_commit("chat.peers", user_id)

`subject` is whatever the listing starts from, a user's id say. The listing answers at most `limit`
entries whose place, a bigint, is above `after`, in ascending order of their places; fewer than
`limit` means that there are no more. It is asked anew for each chunk, sees what is committed by
then, and must go by an index on the place. Someone who comes to the list behind the cursor
meanwhile is not told, which is right where they were shown the present state when they came.

The same change again while it is still being told begins anew from the start, once: an update
shows the present state when it is read, so one more row per person is enough.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import time
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils import timezone

from project.queueing import queue_soon
from project.sync import log
from project.sync.log import Entry
from project.sync.models import FanOut

logger = logging.getLogger(__name__)

CHUNK = 200
BUDGET_SECONDS = 20.0
"""For so long one job goes on with one fan-out; then another job does, behind what waits."""
FORSAKEN_SECONDS = 60.0
"""Whose row nobody has moved for so long has no job any more."""

Listing = Callable[[int, int, int], Sequence[tuple[int, Entry]]]
LISTINGS: dict[str, Listing] = {}


def listing(topic: str) -> Callable[[Listing], Listing]:
    """Register the decorated `(subject, after, limit) -> [(place, entry)]` under a name of at most
    40 characters."""

    def register(function: Listing) -> Listing:
        LISTINGS[topic] = function
        return function

    return register


def start_on_commit(topic: str, subject: int) -> None:
    """Write the outbox row now, and have a job tell everyone after the commit. Must run in the
    transaction that makes the change, after the heads are locked: its row comes last of all."""
    assert topic in LISTINGS, topic
    fresh = FanOut(topic=topic, subject=subject, round=secrets.randbits(31))
    FanOut.objects.bulk_create(
        [fresh],
        update_conflicts=True,
        unique_fields=["topic", "subject"],
        update_fields=["cursor", "round", "moved_at"],
    )
    transaction.on_commit(lambda: ask(topic, subject))


def ask(topic: str, subject: int) -> None:
    """Queue a job. If that fails, `sweep` finds the row."""
    queue_soon("project.sync.tasks.fan_out", topic, subject)


def run(topic: str, subject: int) -> None:
    """Tell everyone who is left, or as many as the budget allows; then ask for another job."""
    deadline = time.monotonic() + BUDGET_SECONDS
    while step(topic, subject):
        if time.monotonic() > deadline:
            ask(topic, subject)
            return


@transaction.atomic
def step(topic: str, subject: int) -> bool:
    """Tell one chunk; whether there may be more. Of two jobs that tell the same chunk at once the
    one that comes second takes back what it wrote."""
    row = FanOut.objects.filter(topic=topic, subject=subject).first()
    if row is None:
        return False
    if topic not in LISTINGS:
        logger.warning("a fan-out of the unknown topic %r waits", topic)
        return False
    found = LISTINGS[topic](subject, row.cursor, CHUNK)
    log.append_and_tell_on_commit([entry for _, entry in found])
    here = FanOut.objects.filter(pk=row.pk, cursor=row.cursor, round=row.round)
    if len(found) < CHUNK:
        moved = here.delete()[0]
    else:
        moved = here.update(cursor=found[-1][0], moved_at=timezone.now())
    if not moved:
        transaction.set_rollback(True)  # begun anew, or told by another job: look again
    return moved == 0 or len(found) == CHUNK


def sweep() -> int:
    """Ask for jobs for fan-outs that have none; how many those are."""
    forsaken = timezone.now() - dt.timedelta(seconds=FORSAKEN_SECONDS)
    rows = list(FanOut.objects.filter(moved_at__lt=forsaken).order_by("moved_at")[:1000])
    FanOut.objects.filter(pk__in=[row.pk for row in rows]).update(moved_at=timezone.now())
    for row in rows:
        ask(row.topic, row.subject)
    return len(rows)
