"""How fast one person may do things. In the process, without I/O: a flood is stopped where it
arrives, also while Redis is away."""

from __future__ import annotations

import logging
import math
import time

from django.conf import settings

from project.errors import Problem

logger = logging.getLogger(__name__)

SWEEP_AT = 10_000


class Bucket:
    """A token bucket per person: `burst` at once, then `rate` a second."""

    def __init__(self, name: str, burst: int, rate: float) -> None:
        self._name = name
        self._burst = burst
        self._rate = rate
        self._levels: dict[int, tuple[float, float]] = {}

    def take(self, user_id: int) -> None:
        """Raises `rate_limited` when the bucket is empty (and limits are enforced)."""
        if settings.RATE_LIMITS == "off":
            return
        now = time.monotonic()
        level, at = self._levels.get(user_id, (float(self._burst), now))
        level = min(self._burst, level + (now - at) * self._rate)
        if level >= 1:
            self._levels[user_id] = (level - 1, now)
            if len(self._levels) > SWEEP_AT:
                self._sweep(now)
            return
        self._levels[user_id] = (level, now)
        if settings.RATE_LIMITS == "record_only":
            logger.warning("%s: user %s would be limited", self._name, user_id)
            return
        raise Problem("rate_limited", retry_after=math.ceil((1 - level) / self._rate))

    def _sweep(self, now: float) -> None:
        full = self._burst / self._rate
        self._levels = {u: (v, at) for u, (v, at) in self._levels.items() if now - at < full}
