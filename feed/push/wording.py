"""What pushes say: their items as their people see them now, as openly as they want it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext, ngettext

from feed.models import Item, Push, State
from feed.reading.shapes import notifications
from feed.wishes import preferences_of

SUMMARY = "summary"
"""The tag of a push that stands for many items."""


class Words(NamedTuple):
    title: str
    body: str
    reference: dict[str, str] | None


def tag_of(item_id: int | None) -> str:
    return SUMMARY if item_id is None else f"item-{item_id}"


def badges(user_ids: Iterable[int]) -> dict[int, int]:
    """How much is unread, for each of these who have a feed."""
    return dict(State.objects.filter(pk__in=set(user_ids)).values_list("pk", "unread"))


def words_of(pushes: Sequence[Push], unread: Mapping[int, int]) -> list[Words]:
    """What each of these says. The queries do not grow with the number of people."""
    wanted = preferences_of({push.user_id for push in pushes})
    items = list({push.item_id: push.item for push in pushes if push.item is not None}.values())
    shown = {item.pk: note for item, note in zip(items, notifications(items), strict=True)}
    result = []
    for push in pushes:
        own = wanted.get(push.user_id)
        if push.item is None:
            result.append(Words(_many(unread.get(push.user_id, 0)), "", None))
            continue
        note = shown[push.item.pk]
        result.append(_as_wanted(own.preview if own else "full", note.title, note.body, push.item))
    return result


def _as_wanted(preview: str, title: str, body: str, item: Item) -> Words:
    if preview == "none":
        return Words(gettext("New notification"), "", item.reference)
    return Words(title, body if preview == "full" else "", item.reference)


def _many(count: int) -> str:
    many = ngettext("%(count)d unread notification", "%(count)d unread notifications", count)
    return many % {"count": count}
