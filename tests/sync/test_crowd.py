"""One session, one person and one network have only so many sockets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from tests.conftest import serving
from tests.devices import address, dialled, opened
from tests.people import PASSWORD, Person
from tests.sync.closing import goodbye
from tests.sync.conftest import moved


@pytest.fixture(scope="module")
def narrow(server: str) -> Iterator[str]:
    """The address of a server with little room."""
    caps = {"SOCKETS_PER_SESSION": "2", "SOCKETS_PER_PERSON": "3", "UNKNOWN_SOCKETS": "2"}
    with serving(TRUSTED_PROXIES="1", AUTH_SECONDS="60", **caps) as url:
        yield url


async def test_one_more_of_a_session_closes_its_oldest(alice: Person, narrow: str) -> None:
    hers = moved(alice, narrow)
    async with opened(hers) as first, opened(hers) as second, opened(hers) as third:
        bye = await goodbye(first)
        assert (bye["code"], bye["retry_after"]) == (4429, 60)
        assert await second.do("ping") == await third.do("ping") == {}
    hers.http.close()


async def test_one_more_of_a_person_closes_the_oldest(alice: Person, narrow: str) -> None:
    login = {"email": alice.email, "password": PASSWORD}
    sessions = [moved(alice, narrow) for _ in range(4)]
    for session in sessions[1:]:
        session.access = session.post("/auth/email/login", login)["access"]
    async with AsyncExitStack() as stack:
        devices = [await stack.enter_async_context(opened(session)) for session in sessions]
        assert (await goodbye(devices[0]))["code"] == 4429
        for device in devices[1:]:
            assert await device.do("ping") == {}
    for session in sessions:
        session.http.close()


async def test_one_more_that_says_nothing_is_refused(alice: Person, narrow: str) -> None:
    url = address(narrow, "/ws/")

    def of(ip: str) -> dict[str, object]:
        return {"additional_headers": {"X-Forwarded-For": ip}}

    async with (
        dialled(url, **of("198.51.100.8:40001")),
        dialled(url, **of("::ffff:198.51.100.8")) as second,
        dialled(url, **of("198.51.100.9")) as elsewhere,
        dialled(url, **of("198.51.100.8:40003")) as third,
    ):
        bye = await goodbye(third)
        assert (bye["code"], bye["retry_after"]) == (4429, 60)
        for device in (second, elsewhere):
            await device.raw(f'{{"type":"auth","data":{{"access":"{alice.access}"}}}}')
            assert (await device.frame("ready"))["data"]["user"] == alice.id
