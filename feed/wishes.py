"""What people want: their own words where they said something, else the kind's defaults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from feed.kinds import KINDS
from feed.models import Preference


def wishes_of(own: Preference | None, kind: str) -> dict[str, Any]:
    """`{in_app, push, email}` of a kind, for somebody with this row or none."""
    known = KINDS.get(kind)
    defaults = known.wishes() if known else {"in_app": True, "push": False, "email": "off"}
    said = own.kinds.get(kind, {}) if own is not None else {}
    return defaults | said | ({"in_app": True} if known and known.critical else {})


def preferences_of(user_ids: Iterable[int]) -> dict[int, Preference]:
    """The rows of those who have said anything."""
    return Preference.objects.in_bulk(list(user_ids))


def wanting(user_ids: Sequence[int], kind: str) -> list[bool]:
    """For each person whether the kind is to be in their list."""
    said = Preference.objects.filter(user_id__in=user_ids, kinds__has_key=kind).in_bulk()
    return [wishes_of(said.get(user_id), kind)["in_app"] for user_id in user_ids]
