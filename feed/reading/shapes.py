"""Items as their person sees them now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.public import UserOutput, user_outputs
from feed.doors.wire import Notification, Reference
from feed.kinds import KINDS, Kind
from feed.models import Item
from project.wire import moment, moment_or_none


def notifications(user_id: int, items: Sequence[Item]) -> list[Notification]:
    """One each, in order; the queries do not grow with their number."""
    people = user_outputs(user_id, {actor for item in items for actor in item.actors})
    described = _described(user_id, items)
    return [_output(item, people, described.get(item.pk, {})) for item in items]


def notifications_of_many(items: Sequence[Item]) -> dict[int, Notification]:
    """The same for items of many people, by id."""
    people = user_outputs(0, {actor for item in items for actor in item.actors})
    of_person: dict[int, list[Item]] = {}
    for item in items:
        of_person.setdefault(item.user_id, []).append(item)
    described: dict[int, Mapping[str, Any]] = {}
    for user_id, own in of_person.items():
        described |= _described(user_id, own)
    return {item.pk: _output(item, people, described.get(item.pk, {})) for item in items}


def _described(user_id: int, items: Iterable[Item]) -> dict[int, Mapping[str, Any]]:
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
        told = describe(user_id, group)
        result |= {item.pk: fields for item, fields in zip(group, told, strict=True)}
    return result


def _output(item: Item, people: Mapping[int, UserOutput], more: Mapping[str, Any]) -> Notification:
    actors = [people[actor] for actor in item.actors]
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
