"""A session that ends takes its sockets with it, within a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import httpx
import pytest

from tests.devices import opened
from tests.people import PASSWORD, Person, client
from tests.sync.closing import goodbye
from tests.sync.conftest import moved


def again(person: Person) -> Person:
    """Another session of the same person."""
    with client(person.server) as http:
        body = {"email": person.email, "password": PASSWORD}
        tokens = http.post("/auth/email/login", json=body).json()
    parts = {"session": tokens["session"], "access": tokens["access"], "http": None}
    other = Person(**(vars(person) | parts | {"refresh": tokens["refresh"]}))
    other.http = client(person.server, other.access)
    return other


def log_out(mine: Person, other: Person) -> httpx.Response:
    return other.http.post("/auth/logout")


def revoke_one(mine: Person, other: Person) -> httpx.Response:
    return mine.http.delete(f"/auth/sessions/{other.session}")


def revoke_others(mine: Person, other: Person) -> httpx.Response:
    return mine.http.delete("/auth/sessions")


@pytest.mark.parametrize("end", [log_out, revoke_one, revoke_others])
async def test_all_sockets_of_an_ended_session_close_and_no_other(
    alice: Person, neighbour: str, end: Callable[[Person, Person], httpx.Response]
) -> None:
    other = again(alice)
    elsewhere = moved(other, neighbour)
    async with (
        opened(alice) as mine,
        opened(other) as whole,
        opened(other, "/ws/chat/") as part,
        opened(elsewhere) as far,
    ):
        ended = await asyncio.to_thread(end, alice, other)
        assert ended.status_code == 204
        since = time.monotonic()
        byes = list(await asyncio.gather(goodbye(whole), goodbye(part)))
        near_seconds = time.monotonic() - since
        byes.append(await goodbye(far))
        assert [(b["code"], b["reason"], b["retry_after"]) for b in byes] == [
            (4403, "revoked", None)
        ] * 3
        assert near_seconds < 1
        assert await mine.update("session.revoked") == {"session": other.session}
        assert await mine.do("ping") == {}
    for person in (other, elsewhere):
        person.http.close()


async def test_a_revoked_session_cannot_renew(alice: Person) -> None:
    """The token is good for minutes, the session is not."""
    other = again(alice)
    alice.delete(f"/auth/sessions/{other.session}")
    async with opened(alice) as device:
        refused = await device.refused("auth.refresh", access=other.access)
        assert (refused["code"], refused["reason"]) == ("unauthenticated", "revoked")
    other.http.close()
