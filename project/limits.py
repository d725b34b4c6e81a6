"""How fast one person may do things. In the process, without I/O: a flood is stopped where it
arrives, also while Redis is away."""

from __future__ import annotations

import logging
import math
import threading
import time

from django.conf import settings

from project.errors import Problem

logger = logging.getLogger(__name__)

Subject = int | str


class Bucket:
    """A token bucket per person (or network): `burst` at once, then `rate` a second.

    Kept is the moment at which somebody would have no debt left (the generic cell rate algorithm).
    Who was not seen for as long as a bucket takes to fill is forgotten, a few with each call, so a
    call costs the same with a million people as with one. Threads may share it.
    """

    def __init__(self, name: str, burst: int, rate: float) -> None:
        self.name = name
        self._interval = 1 / rate
        self._room = burst / rate
        self._lock = threading.Lock()
        self._young: dict[Subject, float] = {}
        self._old: dict[Subject, float] = {}
        self._forgotten: dict[Subject, float] = {}
        self._turned = time.monotonic()

    def take(self, subject: Subject) -> None:
        """Raises `rate_limited` when the bucket is empty (and limits are enforced)."""
        if settings.RATE_LIMITS == "off":
            return
        now = time.monotonic()
        with self._lock:
            wait = self._take(subject, now)
        if wait <= 0:
            return
        if settings.RATE_LIMITS == "record_only":
            logger.warning("%s: %s would be limited", self.name, subject)
            return
        raise Problem("rate_limited", retry_after=math.ceil(wait))

    def _take(self, subject: Subject, now: float) -> float:
        """Seconds until there is one again; not above 0 if one was taken."""
        self._age(now)
        due = self._young.get(subject) or self._old.get(subject, now)
        due = max(due, now) + self._interval
        wait = due - now - self._room
        if wait <= 1e-9:
            self._young[subject] = due
            return 0
        return wait

    def _age(self, now: float) -> None:
        if now - self._turned > self._room:
            self._forgotten, self._old, self._young = self._old, self._young, {}
            self._turned = now
        for _ in range(min(2, len(self._forgotten))):
            self._forgotten.popitem()

    @property
    def remembered(self) -> int:
        """Of how many people it knows something. Not its length: a bucket is true though empty."""
        return len(self._young) + len(self._old) + len(self._forgotten)


def usual(name: str) -> Bucket:
    """For a command or call that has no rate of its own."""
    return Bucket(name, burst=240, rate=20)
