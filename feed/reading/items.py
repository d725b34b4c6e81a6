"""Finding items: the only way to one is by its person."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from feed.models import LISTED, Item
from project.errors import Problem
from project.ids import parse_id


def listed(user_id: int) -> QuerySet[Item]:
    """What is in this person's list."""
    return Item.objects.filter(LISTED, user_id=user_id)


def get_item_for(user_id: int, item: str) -> Item:
    """Raises `not_found` for what is not in this person's list."""
    found = listed(user_id).filter(pk=parse_id(item)).first()
    if found is None:
        raise Problem("not_found")
    return found


def known_ids(values: Iterable[str]) -> list[int]:
    """The ids among these texts."""
    ids = []
    for value in values:
        try:
            ids.append(parse_id(value))
        except Problem:
            continue
    return ids
