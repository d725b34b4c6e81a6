"""The REST doors of sync: catching up and starting from nothing."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from rest_framework.request import Request

from project import wire
from project.database import replicas
from project.errors import Problem
from project.rest import Operations, caller
from project.sync import bootstrap, kinds, log

operations = Operations("sync")


class UpdatesQuery(wire.Input):
    """The cursor: the epoch and the last position that was applied."""

    epoch: str
    pts: Annotated[int, msgspec.Meta(ge=0, le=2**62)]
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50


class Update(wire.Output):
    """One change; the shape of `data` belongs to `kind`."""

    pts: int
    kind: str
    data: Any


class Updates(wire.Output):
    """`pts` is the position to go on from; `more` tells that there are further updates already."""

    updates: list[Update]
    pts: int
    more: bool


class Bootstrap(wire.Output):
    """Everything a fresh device shows first. `pts` was read before the rest, so the updates after
    it may repeat what is here already, which is harmless."""

    epoch: str
    pts: int
    me: Any
    chats: list[Any]
    feed: list[Any]
    counts: dict[str, Any]


@operations.add(
    "GET", "/updates", query=UpdatesQuery, answers={200: Updates}, errors=("reset", "validation")
)
def list_updates(request: Request, *, query: UpdatesQuery) -> Updates:
    """Updates after a position, in order"""
    user_id = caller(request)
    position, rows = log.read(user_id, query.pts, query.limit)
    if reason := log.why_reset(position, query.epoch, query.pts):
        raise Problem("reset", reason=reason, epoch=position.epoch, pts=position.pts)
    told = kinds.render(user_id, rows)
    updates = [
        Update(pts=row.pts, kind=rendered.kind, data=rendered.data)
        for row, rendered in zip(rows, told, strict=False)
    ]
    last = rows[len(told) - 1].pts if told else query.pts
    return Updates(updates=updates, pts=last, more=last < position.pts)


@operations.add("GET", "/bootstrap", answers={200: Bootstrap})
def show_bootstrap(request: Request) -> Bootstrap:
    """The state to start from, and its position"""
    user_id = caller(request)
    position = log.position_of(user_id)

    def read() -> Bootstrap:
        members = {name: reader(user_id) for name, (_, reader) in bootstrap.MEMBERS.items()}
        counts = {
            name: reader([user_id])[user_id] for name, (_, reader) in bootstrap.COUNTS.items()
        }
        return Bootstrap(epoch=position.epoch, pts=position.pts, counts=counts, **members)

    return replicas.reading(user_id, read)
