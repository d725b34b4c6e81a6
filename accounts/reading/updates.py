"""How accounts' updates look when they are read."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.doors import wire
from accounts.reading.selectors import get_user
from accounts.reading.shapes import me_output
from project.sync.kinds import Rendered, kind
from project.sync.log import Row


def read_me(user_id: int) -> wire.Me:
    """The person as they are now."""
    return me_output(get_user(user_id))


@kind("me.updated", wire.Me)
def render_me(user_id: int, rows: Sequence[Row]) -> list[Rendered]:
    me = read_me(user_id)
    return [Rendered("me.updated", me) for _ in rows]


@kind("session.revoked", wire.SessionRevoked)
def render_revocations(user_id: int, rows: Sequence[Row]) -> list[Rendered]:
    return [
        Rendered("session.revoked", wire.SessionRevoked(session=str(row.subject))) for row in rows
    ]
