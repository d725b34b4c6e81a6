"""A rolling upgrade: the release before this one serves beside it on the migrated database; and
this one before the database is migrated."""

from __future__ import annotations

import asyncio
import io
import json
import os
import secrets
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psycopg
import pytest

from tests.apart import apart
from tests.conftest import ROOT, engines, own_redis, serving
from tests.devices import Device, opened
from tests.people import Person, client
from tests.sync.conftest import moved
from tests.sync.test_two_processes import SECONDS_OF_COMPARISON, both_ways
from tests.sync.test_unknown_kinds import write_unknown

RELEASE = "21a6b1fa58be2bb1dbc516cb85e8c0ea139f1d2a"
"""The commit that stands for the release before. Whoever takes away what it needs (a function, a
column, the shape of a note) has to wait for another release, or move this on after one."""


def git(*arguments: str) -> bytes:
    command = [shutil.which("git") or "git", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


@pytest.fixture(scope="module")
def old_code() -> Iterator[Path]:
    """Where the release before lies."""
    try:
        git("cat-file", "-e", f"{RELEASE}^{{commit}}")
    except (subprocess.CalledProcessError, FileNotFoundError):
        pytest.skip(f"commit {RELEASE} is not here: the clone is a shallow one")
    with tempfile.TemporaryDirectory(prefix="confab before ") as place:
        with tarfile.open(fileobj=io.BytesIO(git("archive", RELEASE))) as archive:
            archive.extractall(place, filter="data")
        yield Path(place)


@pytest.fixture(scope="module")
def before(old_code: Path) -> Iterator[str]:
    """The address of a server of the release before, on the engines of the one under test."""
    with serving(old_code, "websockets-sansio") as url:
        yield url


async def told_alike(near: Device, far: Device, kind: str) -> None:
    assert await near.update(kind) == await far.update(kind)


@pytest.mark.parametrize("older", ["hers", "his"])
async def test_two_releases_side_by_side(
    alice: Person, bob: Person, chat: str, server: str, before: str, older: str
) -> None:
    """Each of the two people is once on the old one: whatever one does the other is told."""
    her_server, his_server = (before, server) if older == "hers" else (server, before)
    hers, his = moved(alice, her_server), moved(bob, his_server)
    async with opened(hers) as near, opened(his) as far:
        await both_ways(near, far, chat, 2)
        since = time.monotonic()
        await both_ways(near, far, chat, 10)
        assert time.monotonic() - since < SECONDS_OF_COMPARISON, "they hear each other's hints"
        await near.do("message.edit", chat=chat, number=1, text="edited")
        assert (await far.update("message.updated"))["text"] == "edited"
        await far.do("message.react", chat=chat, number=1, emoji="👍")
        assert (await near.update("message.updated"))["text"] == "edited"
        await near.do("message.delete", chat=chat, number=1, **{"for": "everyone"})
        assert (await far.update("message.deleted"))["number"] == 1
        last = await asyncio.to_thread(hers.say, chat, "by REST")
        await far.next(lambda f: f["type"] == "update" and f["data"] == last)
        assert await far.do("chat.read", chat=chat, number=last["number"])
        await near.next(
            lambda f: (
                f.get("kind") == "chat.updated"
                and f["data"]["marks"]["peer"]["read"] == last["number"]
            )
        )
        await asyncio.to_thread(apart, lambda: write_unknown(bob))
        assert await far.update("skipped") == {}
        cursor = {"epoch": far.ready["epoch"], "pts": far.pts}
    for person in (hers, his):
        person.http.close()
    elsewhere = moved(bob, her_server)
    await asyncio.to_thread(elsewhere.get, "/me")
    missed = await asyncio.to_thread(alice.say, chat, "missed")
    async with opened(elsewhere, **cursor) as again:
        assert again.ready["resumed"] is True
        await again.next(lambda f: f["type"] == "update" and f["data"] == missed)
    elsewhere.http.close()


def test_a_session_goes_to_and_fro(alice: Person, server: str, before: str) -> None:
    token = alice.refresh
    for address in (before, server, before, server):
        with client(address) as http:
            answer = http.post("/auth/refresh", json={"refresh": token})
            assert answer.status_code == 200, answer.text
            token = answer.json()["refresh"]


class Early(NamedTuple):
    """A server of this release on a database of the one before: somebody's token and chat there,
    and what it was told to be."""

    http: httpx.Client
    chat: str
    environment: dict[str, str]

    def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        return self.http.request(method, f"/api/v1{path}", json=body)

    def health(self, status: str) -> dict[str, Any]:
        """Once it is that: a look serves for a second."""
        until = time.monotonic() + 10
        while (found := self.call("GET", "/health/ready")).json()["status"] != status:
            assert time.monotonic() < until, found.text
            time.sleep(0.05)
        assert found.status_code == (503 if status == "down" else 200)
        return dict(found.json()["checks"]["postgres"])


@pytest.fixture
def early(old_code: Path) -> Iterator[Early]:
    name = f"early-{secrets.token_hex(4)}"
    with psycopg.connect(engines.database_url, autocommit=True) as connection:
        connection.execute(f'create database "{name}"'.encode())
    url = f"{engines.database_url.rpartition('/')[0]}/{name}"
    environment = {"DATABASE_URL": url, "REDIS_URL": own_redis()}
    printed = manage(["-m", "benchmarks.people", "1"], old_code, environment)
    (pair,) = json.loads(printed)
    with serving(**environment) as address:
        headers = {"Authorization": f"Bearer {pair['sender']}"}
        with httpx.Client(base_url=address, headers=headers, timeout=20) as http:
            yield Early(http, pair["chat"], environment)


def manage(arguments: list[str], place: Path, environment: dict[str, str]) -> bytes:
    command = [sys.executable, *arguments]
    env = {**os.environ, **environment}
    return subprocess.run(command, cwd=place, env=env, check=True, stdout=subprocess.PIPE).stdout


def test_a_database_that_is_not_migrated_yet_is_waited_for(early: Early) -> None:
    """Nothing is lost and nothing is a fault: whoever comes too early is to come again."""
    assert "migrations are not applied" in early.health("down")["detail"]
    message = {"client_id": "early", "text": "too early"}
    sending = ("POST", f"/chats/{early.chat}/messages", message)
    calls: list[tuple[str, str, object]] = [
        sending,
        ("GET", "/bootstrap", None),
        ("GET", "/chats", None),
        ("GET", f"/chats/{early.chat}/messages", None),
        ("POST", f"/chats/{early.chat}/read", {"number": 1}),
        ("PATCH", "/me", {"name": "Early"}),
        ("GET", "/feed", None),
        ("GET", "/contacts", None),
        ("GET", "/search?q=early", None),
    ]
    answers = [early.call(*call) for call in calls]
    assert 503 in {answer.status_code for answer in answers}, "the test tries what is not there"
    for call, answer in zip(calls, answers, strict=True):
        if answer.status_code >= 400:
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), call
            assert "Retry-After" in answer.headers
    manage(["manage.py", "migrate", "--verbosity", "0"], ROOT, early.environment)
    early.health("ok")
    assert early.call(*sending).status_code in (200, 201)
    history = early.call("GET", f"/chats/{early.chat}/messages").json()["results"]
    assert [m["text"] for m in history] == ["too early"]
    assert all(early.call(*call).is_success for call in calls)
