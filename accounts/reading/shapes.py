"""People and sessions as they look on the wire."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from accounts.doors import wire
from accounts.models import Block, Session, User
from accounts.reading import agents
from project.wire import moment

DELETED_NAME = "Deleted account"


class PersonRow(NamedTuple):
    """What `user_output` needs of a person, from a statement of one's own."""

    id: int
    left_at: dt.datetime | None
    name: str
    username: str
    avatar: int | None
    about: str
    tags: list[str]
    created_at: dt.datetime


def user_output(user: User | PersonRow) -> wire.User:
    if user.left_at is not None:
        return deleted_output(user.id)
    return wire.User(
        id=str(user.id),
        name=user.name,
        username=user.username,
        avatar=picture(user.avatar),
        about=user.about,
        tags=user.tags,
        created_at=moment(user.created_at),
    )


def deleted_output(user_id: int) -> wire.User:
    return wire.User(id=str(user_id), name=DELETED_NAME, deleted=True)


def me_output(user: User) -> wire.Me:
    return wire.Me(
        id=str(user.pk),
        name=user.name,
        username=user.username,
        avatar=picture(user.avatar),
        about=user.about,
        tags=user.tags,
        created_at=moment(user.created_at),
        email=user.email,
        email_verified=user.email_verified,
        phone=user.phone,
        phone_verified=user.phone_verified,
        has_password=user.has_password,
        identities=[
            wire.Identity(provider=i.provider, linked_at=moment(i.linked_at))  # type: ignore[arg-type]
            for i in user.identities.order_by("linked_at")
        ],
        discoverable_by=user.discoverable_by,  # type: ignore[arg-type]
        read_receipts=user.read_receipts,
        last_seen=user.last_seen,  # type: ignore[arg-type]
        forward_origin=user.forward_origin,  # type: ignore[arg-type]
    )


def session_output(session: Session, current: int) -> wire.SessionInfo:
    """`current` is the id of the session that asks."""
    return wire.SessionInfo(
        id=str(session.pk),
        device=session.device,
        name=agents.name_of(session.device),
        platform=agents.platform_of(session.device),
        ip=session.ip,
        created_at=moment(session.created_at),
        last_used_at=moment(session.last_used_at),
        current=session.pk == current,
    )


def block_output(block: Block) -> wire.Blocked:
    return wire.Blocked(user=user_output(block.blocked), created_at=moment(block.created_at))


def picture(avatar: int | None) -> str | None:
    return None if avatar is None else str(avatar)
