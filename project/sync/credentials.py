"""Who may open a socket. Accounts registers the answer; the socket only asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from project.sync.log import Position


@dataclass(frozen=True)
class Identity:
    """A session that was let in. `expires_at` is in Unix seconds."""

    user_id: int
    session_id: int
    expires_at: float


class Admission(NamedTuple):
    """A session that was let in, and where its user's log stood at that moment."""

    identity: Identity
    position: Position


@dataclass(frozen=True)
class Credentials:
    """All three are synchronous and may query the database.

    `by_access` takes an access token and `by_ticket` a ticket, which it uses up; both raise
    `unauthenticated` or `token_expired`, or `unauthenticated` with `reason="revoked"` for a session
    that was ended. `ended` takes session ids and returns those that live no longer.
    """

    by_access: Callable[[str], Admission]
    by_ticket: Callable[[str], Identity]
    ended: Callable[[Iterable[int]], set[int]]


_registered: list[Credentials] = []


def register(credentials: Credentials) -> None:
    _registered[:] = [credentials]


def check() -> Credentials:
    """What accounts registered."""
    return _registered[0]
