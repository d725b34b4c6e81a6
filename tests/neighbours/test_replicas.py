"""A real standby that is read from: nobody is shown less than they were told, however late it is,
and nobody waits for one that is away."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from project.embedded.postgres import PROGRAMS, Postgres
from tests.conftest import engines, serving
from tests.people import Person
from tests.sync.conftest import moved

BOUND = 7.0
"""Seconds that a replica may cost somebody: half of one for a connection and two for a statement,
on a machine that has nothing else to do; no other wait is as short."""


class Standby(Postgres):
    """A standby of the PostgreSQL that all tests share."""

    @property
    def password(self) -> str:
        return engines.postgres.password

    def _prepare(self) -> None:
        if (self.directory / "PG_VERSION").exists():
            return
        command = [str(PROGRAMS / "pg_basebackup"), "-D", ".", "-R", "-c", "fast", "-X", "stream"]
        process = self._spawn([*command, "-d", engines.postgres._url("postgres")])
        assert process.wait(60) == 0, self._last_words()

    def do(self, statement: str) -> Any:
        with psycopg.connect(self.url, autocommit=True) as connection:
            found = connection.execute(statement).fetchone()
        return found and found[0]

    def catch_up(self) -> None:
        with psycopg.connect(engines.database_url, autocommit=True) as primary:
            found = primary.execute("select pg_current_wal_flush_lsn()::text").fetchone()
        assert found is not None
        deadline = time.monotonic() + 30
        while not self.do(f"select pg_last_wal_replay_lsn() >= '{found[0]}'"):
            assert time.monotonic() < deadline
            time.sleep(0.02)


@pytest.fixture(scope="module")
def standby() -> Iterator[Standby]:
    from project.embedded import Secrets

    place = Path(tempfile.mkdtemp(prefix="confab standby "))
    engine = Standby(place, Secrets(place / "secrets.json"))
    engine.start()
    yield engine
    engine.kill()
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def replicated(standby: Standby) -> Iterator[str]:
    """A server that reads from it."""
    with serving(DATABASE_REPLICA_URLS=standby.url) as url:
        yield url


@pytest.fixture
def hers(alice: Person, replicated: str, standby: Standby) -> Iterator[Person]:
    person = moved(alice, replicated)
    standby.catch_up()
    yield person
    person.http.close()


def reads(url: str) -> dict[str, float]:
    """How often a replica was asked, by what came of it."""
    text = httpx.get(url + "/metrics").text
    found = re.findall(r'^confab_replica_reads_total{outcome="(.*)"} (.*)$', text, re.MULTILINE)
    return {outcome: float(count) for outcome, count in found}


def grown(url: str, before: dict[str, float]) -> dict[str, float]:
    now = reads(url)
    return {
        name: now[name] - before.get(name, 0) for name in now if now[name] > before.get(name, 0)
    }


def in_use(person: Person, chat: str) -> None:
    """Wait until the replica answers again; it is left alone for a while after it was late."""
    before, deadline = reads(person.server), time.monotonic() + 60
    while "answered" not in grown(person.server, before):
        assert time.monotonic() < deadline
        person.get(f"/chats/{chat}/messages")
        time.sleep(0.1)


def everything(person: Person, chat: str) -> list[Any]:
    """Whatever is read from a replica."""
    page = person.get(f"/chats/{chat}/messages")
    found = person.get("/search", q="lighthouse", **{"in": "messages"})["results"]
    state = person.get("/bootstrap")
    return [
        page["results"],
        [result["message"] for result in found],
        state["chats"],
        state["counts"],
    ]


def test_history_search_and_bootstrap_are_read_there_and_positions_are_not(
    hers: Person, alice: Person, chat: str, standby: Standby
) -> None:
    for number in range(3):
        alice.say(chat, f"lighthouse {number}")
    wanted = everything(alice, chat)
    standby.catch_up()
    in_use(hers, chat)
    before = reads(hers.server)
    assert everything(hers, chat) == wanted
    assert grown(hers.server, before) == {"answered": 3}
    state = hers.get("/bootstrap")
    before = reads(hers.server)
    assert hers.get("/updates", epoch=state["epoch"], pts=0)["updates"]
    assert hers.say(chat, "again", client_id="once") == hers.say(
        chat, "again", client_id="once", status=200
    )
    assert grown(hers.server, before) == {}


def test_what_somebody_was_told_is_there_however_late_the_replica_is(
    hers: Person, mallory: Person, bob: Person, chat: str, standby: Standby
) -> None:
    standby.do("select pg_wal_replay_pause()")
    try:
        sent = hers.say(chat, "lighthouse")
        before = reads(hers.server)
        messages, found, chats, _ = everything(hers, chat)
        assert messages == found == [sent]
        assert chats[0]["last_message"] == sent
        assert grown(hers.server, before).keys() == {"behind"}
        new = hers.post("/chats", {"user": mallory.id}, 201)["id"]
        assert hers.get(f"/chats/{new}/messages")["results"] == []
    finally:
        standby.do("select pg_wal_replay_resume()")
    standby.catch_up()
    in_use(hers, chat)
    assert everything(hers, chat)[0] == [sent]


@pytest.mark.parametrize("ill", ["pause", "kill"])
def test_nobody_waits_for_a_replica_that_is_away(
    hers: Person, chat: str, standby: Standby, ill: str
) -> None:
    sent = hers.say(chat, "lighthouse")
    standby.catch_up()
    in_use(hers, chat)
    getattr(standby, ill)()
    try:
        since = time.monotonic()
        assert hers.get(f"/chats/{chat}/messages")["results"] == [sent]
        assert time.monotonic() - since < BOUND
        before = reads(hers.server)
        assert everything(hers, chat)[0] == [sent]
        assert grown(hers.server, before) == {}, "it is left alone for a while"
    finally:
        standby.resume()
        standby.start()
