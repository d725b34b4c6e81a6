"""Deleting what is old, a little at a time: one statement over all of it would grow with what has
piled up, reach the time-out one day and from then on delete nothing."""

from __future__ import annotations

import time
from typing import Any

from django.db.models import QuerySet

CHUNK = 1_000
BUDGET_SECONDS = 20.0


def purge(*old: QuerySet[Any], budget: float = BUDGET_SECONDS) -> bool:
    """Delete what these find, each by the index that its order names, in transactions of CHUNK
    rows. Whether there may be more than `budget` seconds allow, so that the task asks for another
    turn, behind whatever waits."""
    deadline = time.monotonic() + budget
    for rows in old:
        while keys := list(rows.values_list("pk", flat=True)[:CHUNK]):
            rows.model._default_manager.filter(pk__in=keys).delete()
            if time.monotonic() > deadline:
                return True
            if len(keys) < CHUNK:
                break
    return False
