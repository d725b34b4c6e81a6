"""Items as their people see them now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.public import UserOutput, seen
from feed.doors.wire import Notification, Reference
from feed.kinds import KINDS, Kind
from feed.models import Item
from project.wire import moment, moment_or_none


def notifications(items: Sequence[Item]) -> list[Notification]:
    """One each, in order, each as its own person sees it; the queries grow neither with the number
    of items nor with that of people."""
    known = seen((item.user_id, actor) for item in items for actor in item.actors)
    described = _described(items)
    shown = []
    for item in items:
        actors = [known[item.user_id, actor].user for actor in item.actors]
        shown.append(_output(item, actors, described.get(item.pk, {})))
    return shown


def _described(items: Iterable[Item]) -> dict[int, Mapping[str, Any]]:
    """What kinds add to the texts of their items."""
    of_kind: dict[str, list[Item]] = {}
    for item in items:
        kind = KINDS.get(item.kind)
        if kind is not None and kind.describe is not None:
            of_kind.setdefault(item.kind, []).append(item)
    result: dict[int, Mapping[str, Any]] = {}
    for name, group in of_kind.items():
        describe = KINDS[name].describe
        assert describe is not None
        result |= {item.pk: told for item, told in zip(group, describe(group), strict=True)}
    return result


def _output(item: Item, actors: list[UserOutput], more: Mapping[str, Any]) -> Notification:
    fields = item.data | {
        "count": item.event_count,
        "actor": actors[0].name if actors else "",
        "others": max(item.actor_count - 1, 0),
        **more,
    }
    kind = KINDS.get(item.kind) or Kind(item.kind, item.kind)  # its app is not installed any more
    return Notification(
        id=str(item.pk),
        kind=item.kind,
        actors=actors,
        actor_count=item.actor_count,
        event_count=item.event_count,
        title=kind.title_of(fields),
        body=kind.body_of(fields),
        reference=None if item.reference is None else Reference(**item.reference),
        group=item.group,
        created_at=moment(item.created_at),
        updated_at=moment(item.updated_at),
        seen_at=moment_or_none(item.seen_at),
        read_at=moment_or_none(item.read_at),
    )
