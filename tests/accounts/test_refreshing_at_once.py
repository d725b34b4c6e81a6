"""One refresh token, used by many at once, has one child."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.people import Person

ROUNDS, AT_ONCE = 100, 20


def test_twenty_uses_at_once_bring_one_child_in_a_hundred_rounds(alice: Person) -> None:
    """At the service, so that all twenty are really there at once; each round goes on with the
    child of the one before, so a second child would end the session."""
    from django.db import connection

    from accounts.doors.devices import Device
    from accounts.models import Session
    from accounts.services.sessions import refresh_tokens

    start = Barrier(AT_ONCE)

    def use(token: str) -> str:
        start.wait(60)
        try:
            return refresh_tokens(refresh=token, device=Device()).refresh
        finally:
            connection.close()

    token = alice.refresh
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(ROUNDS):
            children = set(pool.map(use, [token] * AT_ONCE))
            assert len(children) == 1
            token = children.pop()
    session = Session.objects.get(pk=int(alice.session))
    assert (session.generation, session.revoked_at) == (ROUNDS, None)
