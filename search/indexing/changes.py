"""Taking changes from the table in which triggers write them down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from search.documents import Key
from search.models import Change

KEYS = 1000
"""So many documents are built and written at once."""


class Batch(NamedTuple):
    """Changes that are dealt with together. Of `unfinished` the long stretch goes on at that
    part."""

    changes: list[Change]
    keys: dict[str, list[Key]]
    unfinished: tuple[Change, int] | None


def lock(store: str) -> bool:
    """Whether this transaction is the only one that writes this index until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtext(%s))", [f"confab search {store}"])
        return bool(cursor.fetchone()[0])


def take(store: str, most: int) -> Batch | None:
    """The oldest changes of a store, at most `most` of them and about `KEYS` documents."""
    found = list(Change.objects.filter(store=store).order_by("id")[:most])
    keys: dict[str, dict[Key, None]] = {}
    taken: list[Change] = []
    room = KEYS
    for change in found:
        if room <= 0:
            break
        own = keys.setdefault(change.source, {})
        if change.upto is not None:
            first = change.parts[0] if change.reached is None else change.reached + 1
            last = min(change.upto, first + room - 1)
            own |= dict.fromkeys((change.subjects[0], part) for part in range(first, last + 1))
            room -= last - first + 1
            if last < change.upto:
                return Batch(taken, {name: list(k) for name, k in keys.items()}, (change, last))
        else:
            own |= dict.fromkeys(zip(change.subjects, change.parts, strict=True))
            room -= len(change.subjects)
        taken.append(change)
    return Batch(taken, {name: list(k) for name, k in keys.items()}, None) if found else None


def finish(batch: Batch, then: str | None) -> None:
    """These are dealt with; `then` is the store that must learn of them next, if there is one."""
    done = Change.objects.filter(pk__in=[change.pk for change in batch.changes])
    if then is None:
        done.delete()
    else:
        done.update(store=then, reached=None)
    if batch.unfinished is not None:
        change, reached = batch.unfinished
        Change.objects.filter(pk=change.pk).update(reached=reached)


def note(source: str, keys: Iterable[Key], store: str = "postgres") -> None:
    """Have these documents indexed anew, in the present transaction."""
    wanted = list(keys)
    for start in range(0, len(wanted), KEYS):
        part: Sequence[Key] = wanted[start : start + KEYS]
        Change.objects.create(
            source=source, subjects=[k[0] for k in part], parts=[k[1] for k in part], store=store
        )


def next_number() -> int:
    """A number above all that were given before. Whoever takes it under the lock of an index, and
    then reads, writes over what anybody read earlier."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval('search_change_id_seq')")
        return int(cursor.fetchone()[0])


def last_number() -> int:
    """The latest number that was given: for whoever reads without the lock, and must lose against
    those who hold it."""
    with connection.cursor() as cursor:
        cursor.execute("select last_value from search_change_id_seq")
        return int(cursor.fetchone()[0])
