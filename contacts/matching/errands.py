"""What many books must learn, told outside the transaction that makes it so.

An errand is a row first, written with the change. They are run one after the other in the order in
which they were written, so that a number is taken from its old owner before it is given to the new
one; each step is a short transaction that also moves the errand's cursor.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import F

from contacts import queueing
from contacts.inviting import crediting
from contacts.matching import concealing, revealing, writers
from contacts.matching.revealing import Told
from contacts.models.matches import Errand
from project.database.sqlstates import is_passing
from project.sync.log import append_and_tell_on_commit, lock_users

logger = logging.getLogger(__name__)

ATTEMPTS = 5
OWNERS = 200
"""Books of so many people are looked at in one step."""

Kind = Errand.Kind


HANDLERS: dict[str, Callable[[Errand, int], Told]] = {
    Kind.JOINED: lambda errand, limit: crediting.joined(errand, limit),
    Kind.PROVED: lambda errand, limit: revealing.reveal(errand, limit, is_news=True),
    Kind.MUTUAL: lambda errand, limit: revealing.mutual(errand, limit),
    Kind.SHOWN: lambda errand, limit: revealing.reveal(errand, limit, is_news=False),
    Kind.GIVEN_UP: lambda errand, limit: concealing.given_up(errand, limit),
    Kind.LEFT: lambda errand, limit: concealing.left(errand, limit),
    Kind.OPTED_OUT: lambda errand, limit: concealing.opted_out(errand, limit),
}


def add(kind: str, *, user_id: int = 0, keys: Iterable[bytes] = (), invite: str = "") -> None:
    """Call it in the transaction that makes the change."""
    Errand.objects.create(kind=kind, user_id=user_id, keys=list(keys), invite=invite)
    queueing.run_errands_on_commit()


def run() -> None:
    """Everything that waits."""
    while True:
        first = Errand.objects.order_by("pk").first()
        if first is None:
            return
        if not first.cursor:
            writers.await_all()
        try:
            _step()
        except Exception as error:
            if is_passing(error):
                raise  # the database is away, or busy: a sweep comes back to it
            logger.exception("errand %s of %s failed", first.pk, first.kind)
            if not _try_again(first.pk):
                return


@transaction.atomic
def _step() -> None:
    """One step of the oldest errand. Whoever else works on it is waited for."""
    errand = Errand.objects.select_for_update().order_by("pk").first()
    if errand is None:
        return
    last, entries, told = HANDLERS[errand.kind](errand, OWNERS)
    if last is None:
        errand.delete()
    else:
        Errand.objects.filter(pk=errand.pk).update(cursor=last, attempts=0)
    lock_users({entry.user_id for entry in entries}.union(*(one.recipients for one in told)))
    append_and_tell_on_commit(entries)
    for one in told:
        one.tell()


def _try_again(errand_id: int) -> bool:
    """Count the failure. One that always fails must not hold up the others: it is dropped, and
    True says to go on."""
    Errand.objects.filter(pk=errand_id).update(attempts=F("attempts") + 1)
    return bool(Errand.objects.filter(pk=errand_id, attempts__gte=ATTEMPTS).delete()[0])
