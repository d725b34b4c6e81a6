"""Erasing what is left of a person, store by store, until each is done.

An app adds its store to `ERASERS` when it starts. An eraser takes the person's id, may be run any
number of times, and answers how much it erased.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Block, Challenge, Erasure, Export, Session
from accounts.services import exporting
from project.sync.log import close_log
from project.wire import moment

logger = logging.getLogger(__name__)


def _sessions(user_id: int) -> int:
    return Session.objects.filter(user_id=user_id).delete()[0]


def _challenges(user_id: int) -> int:
    return Challenge.objects.filter(user_id=user_id).delete()[0]


def _blocks(user_id: int) -> int:
    mine = Q(blocker_id=user_id) | Q(blocked_id=user_id)
    return Block.objects.filter(mine).delete()[0]


def _exports(user_id: int) -> int:
    exports = list(Export.objects.filter(user_id=user_id))
    for export in exports:
        exporting.discard(export)
    return len(exports)


ERASERS: dict[str, Callable[[int], int]] = {
    "sessions": _sessions,
    "challenges": _challenges,
    "blocks": _blocks,
    "exports": _exports,
    "log": close_log,
}


def nothing_done() -> dict[str, Any]:
    """The record before anything was erased: every store that must be."""
    return dict.fromkeys(ERASERS)


def erase(erasure_id: int) -> bool:
    """Run what is not done yet; whether all is done now. Running it twice does no harm."""
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
        with transaction.atomic():
            count = ERASERS[store](user_id)
    except Exception as error:
        logger.exception("%s of %s not erased", store, user_id)
        return {"done_at": None, "failed_at": moment(timezone.now()), "why": type(error).__name__}
    return {"done_at": moment(timezone.now()), "erased": count}


def unfinished() -> list[int]:
    """Erasures that must be tried again."""
    return list(Erasure.objects.filter(finished_at=None).values_list("pk", flat=True))
