"""A rolling upgrade: the release before this one serves beside it on the migrated database."""

from __future__ import annotations

import asyncio
import io
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, serving
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
def before() -> Iterator[str]:
    """The address of a server of the release before, on the engines of the one under test."""
    try:
        git("cat-file", "-e", f"{RELEASE}^{{commit}}")
    except (subprocess.CalledProcessError, FileNotFoundError):
        pytest.skip(f"commit {RELEASE} is not here: the clone is a shallow one")
    with tempfile.TemporaryDirectory(prefix="confab before ") as place:
        with tarfile.open(fileobj=io.BytesIO(git("archive", RELEASE))) as archive:
            archive.extractall(place, filter="data")
        with serving(Path(place), "websockets-sansio") as url:
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
        await asyncio.to_thread(write_unknown, bob)
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
