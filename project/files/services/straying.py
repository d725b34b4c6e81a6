"""Objects of the store that belong to no file: left by a process that died, or written late.

- One is deleted only for what the database says of its file, and an hour after it was written. It
  waits for its row no longer than a task may run, ten minutes, so one without a row has lost it;
  and states never go back, so what is no longer needed never will be.
- A database that was restored, or another installation's on the same bucket, knows nothing of most
  objects, and what is deleted then is gone for good. So objects that were served, and of which
  there is neither a file nor the record of an erasure, wait until a place was listed to its end;
  when they are more than ASTRAY_LIMIT by then none of them goes, until somebody says so.
- A listing goes on where the last run's time was over.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec
from django.conf import settings

from project.files.metrics import ASTRAY, SWEEPS_STOPPED
from project.files.models import Erasure, File, State
from project.files.stores import PLACES, Stored, store
from project.redis import connect

logger = logging.getLogger(__name__)

HOUR = dt.timedelta(hours=1)
BATCH = 500
SECONDS = 60.0
"""How long a run goes through one place."""

# States that a place's objects are of use in; `incoming` is emptied when a file is decided on.
NEEDED = {
    "incoming": {State.PENDING, State.PROCESSING},
    "content": {State.PENDING, State.PROCESSING, State.READY},
    "thumbnails": {State.PENDING, State.PROCESSING, State.READY},
}
# Whoever has an upload's form may use it twice; nothing is ever served from there.
UNGUARDED = {"incoming"}


class Round(msgspec.Struct):
    """How far a place was listed, and what nobody knows of so far."""

    after: str = ""
    unknown: list[str] = msgspec.field(default_factory=list)


def sweep_astray(now: dt.datetime) -> None:
    for place in PLACES:
        delete_astray(place, now - HOUR, limit=settings.ASTRAY_LIMIT, seconds=SECONDS)


def delete_astray(
    place: str, before: dt.datetime, *, limit: int = 100, seconds: float = SECONDS
) -> int:
    """Delete the objects of a place, last written before then, that no file needs there; how many.
    Stops after so many seconds, for the next run to go on, and at more than `limit` objects that
    nobody knows of, which stay."""
    deadline, deleted = time.monotonic() + seconds, 0
    kept = _round(place)
    try:
        for batch in _batches(store().listing(place, after=kept.after)):
            old = [stored.key for stored in batch if stored.at < before]
            lost = astray(place, old)
            unknown = _unknown(place, lost)
            deleted += _delete(place, [key for key in lost if key not in unknown])
            kept.unknown += [key for key in lost if key in unknown]
            kept.after = batch[-1].key
            if len(kept.unknown) > limit:
                return deleted + _stop(place, limit)
            if time.monotonic() > deadline:
                _keep(place, kept)
                return deleted
        _keep(place, Round())
        return deleted + _delete(place, astray(place, kept.unknown))
    except OSError as error:
        logger.warning("%s is not swept: %r", place, error)
        return deleted


def astray(place: str, keys: list[str]) -> list[str]:
    """Those of the objects that no file needs there."""
    files = File.objects.filter(key__in=keys, state__in=NEEDED[place])
    needed = set(files.values_list("key", flat=True))
    return [key for key in keys if key not in needed]


def _unknown(place: str, keys: list[str]) -> set[str]:
    """Those that were once whole, and that the database has never heard of."""
    whole = {key for key in keys if "." not in key} if place not in UNGUARDED else set()
    if not whole:
        return set()
    known = set(File.objects.filter(key__in=whole).values_list("key", flat=True))
    return whole - known - set(Erasure.objects.filter(key__in=whole).values_list("key", flat=True))


def _delete(place: str, keys: list[str]) -> int:
    for key in keys:
        store().delete(place, key)
        ASTRAY.labels(place).inc()
    return len(keys)


def _stop(place: str, limit: int) -> int:
    """Begin anew next time: by then somebody may have brought the database up to date."""
    SWEEPS_STOPPED.labels(place).inc()
    logger.error(
        "%s holds more than %s objects that the database has never heard of. None is deleted: was"
        " the database restored, or is the store another's too? If not: manage.py sweep_files",
        place,
        limit,
    )
    _keep(place, Round())
    return 0


def _round(place: str) -> Round:
    kept = connect().get(f"files:sweep:{place}")
    return msgspec.json.decode(kept, type=Round) if kept else Round()


def _keep(place: str, kept: Round) -> None:
    connect().set(f"files:sweep:{place}", msgspec.json.encode(kept))


def _batches(objects: Iterable[Stored]) -> Iterator[list[Stored]]:
    left = iter(objects)
    while batch := list(islice(left, BATCH)):
        yield batch
