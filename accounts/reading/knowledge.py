"""What one person may know of another, asked wherever somebody is shown.

While a person is blocked, what they are shown of the blocker stays as it was at the block, and
nothing new is learnt: not the name on what others forward, not whether the blocker is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection
from msgspec import structs

from accounts.doors import wire
from accounts.reading.shapes import PersonRow, deleted_output, picture, user_output

Pair = tuple[int, int]
"""Who looks, and at whom."""


class Seen(NamedTuple):
    """A person as another sees them; `receipts`: they show what they have read; `named`: what
    others forward of theirs may name them here."""

    user: wire.User
    receipts: bool
    named: bool


_PERSON = [f"u.{column}" for column in PersonRow._fields]
_CALLED = "coalesce(nullif(b.name, ''), u.name)"
"""What somebody is called by whom they may block. A process of the last release kept no name."""
# Asked whenever anybody is shown, so it is written down: building it took longer than its answer.
_SEEN = """
select a.viewer, a.person, u.id is not null, u.read_receipts, PERSON,
    b.id is not null, CALLED, b.about, b.avatar, b.receipts
from unnest(%s::bigint[], %s::bigint[]) a (viewer, person)
left join accounts_user u on u.id = a.person and u.left_at is null
left join accounts_block b on b.blocker_id = a.person and b.blocked_id = a.viewer
""".replace("PERSON", ", ".join(_PERSON)).replace("CALLED", _CALLED)


class _Block(NamedTuple):
    """Whether a person blocks the viewer, and what is shown of them since."""

    blocks: bool
    name: str
    about: str
    avatar: int | None
    receipts: bool


def seen(pairs: Iterable[Pair]) -> dict[Pair, Seen]:
    """What each pair's first person may know of the second. Whoever left or never was is a deleted
    account."""
    asked = set(pairs)
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [list(column) for column in zip(*asked, strict=True)])
        rows = cursor.fetchall()
    return {
        (viewer_id, person_id): _seen(
            receipts, PersonRow(*values[: len(_PERSON)]), _Block(*values[len(_PERSON) :])
        )
        if here
        else Seen(deleted_output(person_id), receipts=True, named=False)
        for viewer_id, person_id, here, receipts, *values in rows
    }


_NAMES = """
select u.id, CALLED, u.username
from accounts_user u left join accounts_block b on b.blocker_id = u.id and b.blocked_id = %s
where u.id = any(%s) and u.left_at is null
""".replace("CALLED", _CALLED)


class Named(NamedTuple):
    """What a person is called."""

    id: int
    name: str
    username: str


def names_seen(viewer_id: int, person_ids: Iterable[int]) -> list[Named]:
    """How those of these people who are here are called, as the viewer sees them: less than `seen`
    tells, of very many people."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [viewer_id, list(person_ids)])
        return [Named(*row) for row in cursor]


def seen_by(viewer_id: int, person_id: int) -> wire.User:
    """One person as the viewer sees them."""
    return seen([(viewer_id, person_id)])[viewer_id, person_id].user


def _seen(receipts: bool, person: PersonRow, block: _Block) -> Seen:
    user = user_output(person)
    if not block.blocks:
        return Seen(user, receipts, named=True)
    then = structs.replace(user, name=block.name, about=block.about, avatar=picture(block.avatar))
    return Seen(then, block.receipts, named=False)
