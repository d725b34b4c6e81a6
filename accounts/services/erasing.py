"""Erasing what is left of a person, place by place, until each is done.

The places are those that the apps declare (`project.domains`).
"""

from __future__ import annotations

import logging
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import Q
from django.utils import timezone

from accounts.models import Block, Challenge, Erasure, Export, Session
from accounts.services import exporting
from project.domains import ERASERS
from project.wire import moment

logger = logging.getLogger(__name__)


def erase_sessions(user_id: int) -> int:
    return Session.objects.filter(user_id=user_id).delete()[0]


def erase_challenges(user_id: int) -> int:
    return Challenge.objects.filter(user_id=user_id).delete()[0]


def erase_blocks(user_id: int) -> int:
    mine = Q(blocker_id=user_id) | Q(blocked_id=user_id)
    return Block.objects.filter(mine).delete()[0]


def erase_exports(user_id: int) -> int:
    exports = list(Export.objects.filter(user_id=user_id))
    for export in exports:
        exporting.discard(export)
    return len(exports)


def nothing_done() -> dict[str, Any]:
    """The record before anything was erased: every place that must be."""
    return dict.fromkeys(ERASERS)


def erase(erasure_id: int) -> bool:
    """Run what is not done yet; whether all is done now. Running it twice does no harm.

    A place is emptied in transactions of its own, as many as it takes, so what is gone stays gone
    whatever happens to the rest. Raises `SoftTimeLimitExceeded` when a worker's time is over.
    """
    erasure = Erasure.objects.get(pk=erasure_id)
    for store in ERASERS:
        if not (erasure.stores.get(store) or {}).get("done_at"):
            erasure.stores[store] = _outcome(store, erasure.user_id)
            erasure.save(update_fields=["stores"])
    done = all(outcome["done_at"] for outcome in erasure.stores.values())
    if done:
        Erasure.objects.filter(pk=erasure_id, finished_at=None).update(finished_at=timezone.now())
    return done


def _outcome(store: str, user_id: int) -> dict[str, Any]:
    try:
        count = ERASERS[store](user_id)
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:
        logger.exception("%s of %s not erased", store, user_id)
        return {"done_at": None, "failed_at": moment(timezone.now()), "why": type(error).__name__}
    return {"done_at": moment(timezone.now()), "erased": count}


def unfinished() -> list[int]:
    """Erasures that must be tried again."""
    waiting = Erasure.objects.filter(finished_at=None).order_by("requested_at")
    return list(waiting.values_list("pk", flat=True))
