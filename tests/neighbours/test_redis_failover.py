"""Another Redis becomes the primary, as in a managed failover: from now on the name leads to the
new one, and no connection to the old one, which is a replica by now, is cut."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import redis

from project.embedded.redis import Redis
from project.embedded.secrets import Secrets
from project.sync.publisher import GREETED_KEY
from tests.conftest import serving
from tests.devices import opened
from tests.faults.people import Place
from tests.faults.proxy import Proxy
from tests.neighbours.conftest import proxies
from tests.people import PASSWORD, Person
from tests.sync.conftest import moved


class Group(NamedTuple):
    """A primary, who comes after it, the name of both, and a server that knows them by it."""

    primary: Redis
    replica: Redis
    name: Proxy
    server: str

    @property
    def url_of_new(self) -> str:
        return Place.of(self.primary.url).through(Place.of(self.replica.url).port)

    def fail_over(self) -> None:
        new = Place.of(self.replica.url)
        with redis.Redis.from_url(self.primary.url) as link:
            link.config_set("masterauth", self.primary.password)
            link.replicaof(new.host, str(new.port))
        self.name.lead(new.host, new.port, cutting=False)


@pytest.fixture
def group() -> Iterator[Group]:
    place = Path(tempfile.mkdtemp(prefix="confab redis "))
    both = [Redis(place / name, Secrets(place / f"{name}.json")) for name in ("one", "two")]
    for engine in both:
        engine.directory.parent.mkdir()
        engine.start()
    with redis.Redis.from_url(both[1].url) as link:
        link.config_set("requirepass", both[0].password)
    with (
        proxies(both[0].url) as ([name], _),
        serving(
            REDIS_URL=Place.of(both[0].url).through(name.port), RATE_LIMITS="enforce"
        ) as server,
    ):
        yield Group(both[0], both[1], name, server)
    for engine in both:
        engine.stop()
    shutil.rmtree(place)


def entered(person: Person) -> None:
    """Through all that writes to Redis: rates, a ticket, a task that must be queued."""
    given = {"email": person.email, "password": PASSWORD}
    person.post("/auth/email/login", given)
    person.post("/auth/ticket")
    person.post("/auth/email/register", {**given, "name": "X"}, 202)


async def test_the_first_call_afterwards_succeeds(
    alice: Person, bob: Person, chat: str, group: Group
) -> None:
    hers, his = moved(alice, group.server), moved(bob, group.server)
    async with opened(hers), opened(his) as device:
        entered(hers)
        group.fail_over()
        entered(hers)
        assert await device.do("presence.watch", users=[hers.id])
        with redis.Redis.from_url(group.url_of_new) as link:
            assert link.llen("urgent") >= 1
            async with asyncio.timeout(20):  # the hub's hints go there, too
                while not link.exists(GREETED_KEY):
                    await asyncio.sleep(0.05)
        assert hers.get("/health/ready")["status"] == "ok"
    for person in (hers, his):
        person.http.close()
