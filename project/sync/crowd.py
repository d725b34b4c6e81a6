"""How many sockets one session, one person and one network may have in this process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings

from project.errors import Problem

if TYPE_CHECKING:
    from project.sync.socket import Socket

RETRY_SECONDS = 60

_unknown: Counter[str] = Counter()


def make_room(newest: Socket, others: Collection[Socket]) -> None:
    """Close the oldest sockets of the newest one's session and person that are too many with it."""
    alive = sorted((s for s in others if not s.closing), key=lambda socket: socket.since)
    session = newest.identity.session_id
    of_session = [s for s in alive if s.identity.session_id == session]
    too_many = of_session[: max(0, len(of_session) + 1 - settings.SOCKETS_PER_SESSION)]
    rest = [s for s in alive if s not in too_many]
    too_many += rest[: max(0, len(rest) + 1 - settings.SOCKETS_PER_PERSON)]
    for socket in too_many:
        socket.close_soon(4429, "too many sockets", RETRY_SECONDS)


@contextmanager
def unknown_from(network: str) -> Iterator[None]:
    """While a socket has not said who it is. Raises `rate_limited` when its network has as many of
    those as it may."""
    if _unknown[network] >= settings.UNKNOWN_SOCKETS:
        raise Problem("rate_limited", "Too many sockets wait here.", retry_after=RETRY_SECONDS)
    _unknown[network] += 1
    try:
        yield
    finally:
        _unknown[network] -= 1
        if not _unknown[network]:
            del _unknown[network]
