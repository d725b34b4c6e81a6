"""Erasing the bytes of files that were let go, place by place, until each is empty.

Deleting what is not there is no error, and a place is written down as empty only after it was
emptied. So a run may die at any point and begin anew, and two may run at once.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db.models import F
from django.utils import timezone

from project.files.metrics import ERASED
from project.files.models import Erasure
from project.files.stores import PLACES, store
from project.wire import moment

logger = logging.getLogger(__name__)


def erase(erasure_id: int) -> bool:
    """Empty what is not empty yet; whether all is now."""
    erasure = Erasure.objects.filter(pk=erasure_id, finished_at=None).first()
    if erasure is None:
        return True
    Erasure.objects.filter(pk=erasure_id).update(attempts=F("attempts") + 1)
    for place in PLACES:
        if not is_done(erasure, place):
            erasure.stores[place] = outcome_of(place, erasure.key)
            erasure.save(update_fields=["stores"])
    done = all(is_done(erasure, place) for place in PLACES)
    if done:
        Erasure.objects.filter(pk=erasure_id, finished_at=None).update(finished_at=timezone.now())
    return done


def is_done(erasure: Erasure, place: str) -> bool:
    return bool((erasure.stores.get(place) or {}).get("done_at"))


def outcome_of(place: str, key: str) -> dict[str, Any]:
    """Empty one place; for the record, when that was or why it failed."""
    try:
        store().delete(place, key)
    except OSError as error:
        logger.warning("%s/%s is not erased: %r", place, key, error)
        ERASED.labels(place, "failed").inc()
        return {"done_at": None, "failed_at": moment(timezone.now()), "why": type(error).__name__}
    ERASED.labels(place, "done").inc()
    return {"done_at": moment(timezone.now())}
