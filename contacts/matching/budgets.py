"""How many numbers one account may ask for: counted by how many different ones it ever had in its
book, so that neither a pause nor forgetting makes old ones new. Addresses have a budget of the same
size of their own."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

from contacts.importing.preparing import KeyOf, stored_as
from contacts.matching import keys
from contacts.models import Seen

FIRST_DAY, DAY = 6_000, dt.timedelta(hours=24)
A_MONTH, MONTH = 25_000, dt.timedelta(days=30)


class Budget:
    """What is left to an account now. Made and used in one transaction that holds the book."""

    def __init__(self, owner_id: int, created_at: dt.datetime, wanted: Iterable[KeyOf]) -> None:
        self._owner_id = owner_id
        now = timezone.now()
        self._young_until = created_at + DAY if created_at + DAY > now else None
        self._left: dict[str, int] = {}
        self._known = self._seen(wanted)
        self.new: dict[bytes, bool] = {}

    def _room(self, kind: str) -> int:
        """Counted when something of this kind is new, and not before."""
        if kind not in self._left:
            seen = Seen.objects.filter(owner_id=self._owner_id, is_phone=kind == keys.PHONE)
            lately = seen.filter(at__gt=timezone.now() - MONTH).count()
            self._left[kind] = max(0, (FIRST_DAY if self._young_until else A_MONTH) - lately)
        return self._left[kind]

    def _seen(self, wanted: Iterable[KeyOf]) -> set[bytes]:
        known = stored_as(wanted)
        with connection.cursor() as cursor:
            cursor.execute(
                "select key from contacts_seen where owner_id = %s and key = any(%s)",
                [self._owner_id, list(known)],
            )
            return {known[bytes(key)] for (key,) in cursor.fetchall()}

    def take(self, wanted: Iterable[KeyOf]) -> bool:
        """Charge what is new; False, and nothing is charged, if that is too much."""
        fresh = [k for k in wanted if k.key not in self._known and k.key not in self.new]
        need = Counter(key.kind for key in fresh)
        if any(number > self._room(kind) for kind, number in need.items()):
            return False
        for key in fresh:
            self._left[key.kind] -= 1
            self.new[key.key] = key.kind == keys.PHONE
        return True

    def retry_at(self) -> dt.datetime:
        """When there is room again: after the first day, or when the oldest of the month is old."""
        if self._young_until is not None:
            return self._young_until
        now = timezone.now()
        lately = Seen.objects.filter(owner_id=self._owner_id, at__gt=now - MONTH).order_by("at")
        oldest = lately.values_list("at", flat=True).first()
        return (oldest or now) + MONTH

    def seconds_left(self) -> int:
        return max(1, round((self.retry_at() - timezone.now()).total_seconds()))
