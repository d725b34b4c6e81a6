"""PostgreSQL that answers before what it was told is safe: no server of ours."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest

from project.database.durability import doubt
from tests.conftest import ROOT
from tests.devices import opened
from tests.faults.people import Place
from tests.neighbours.conftest import Way, cut, sql, url_of
from tests.neighbours.test_read_only import looked_at
from tests.people import Person
from tests.sync.conftest import moved

DETAIL = "synchronous_commit is off"


async def test_nothing_is_taken_that_might_be_forgotten(alice: Person, chat: str, way: Way) -> None:
    """Neither by connections that are made now nor, at REST, by those that were there before."""
    hers = moved(alice, way.server)
    async with opened(hers) as device:
        await device.say(chat, "before")
        sql(f"alter role {way.role} set synchronous_commit = off")
        try:
            cut(way.role)
            refused, patched = await asyncio.gather(
                device.refused("message.send", chat=chat, client_id="1", text="1"),
                asyncio.to_thread(hers.http.patch, "/me", json={"name": "Other"}),
            )
            health = await asyncio.to_thread(looked_at, way.server, "down")
            await asyncio.to_thread(starts_only_for_tests, way.role)
        finally:
            sql(f"alter role {way.role} reset synchronous_commit")
        assert (refused["code"], refused["retry_after"]) == ("unavailable", 1)
        assert patched.status_code == 503
        assert health["checks"]["postgres"]["detail"] == DETAIL
        assert (await device.say(chat, "1", client_id="1"))["number"] == 2
    hers.http.close()


def starts_only_for_tests(role: str) -> None:
    """Both kinds of web process, as their servers load them; and one that is told that it is a
    test."""
    database = {"DATABASE_URL": url_of(role, Place.of(os.environ["DATABASE_URL"]).port)}
    starts = [
        ("import asgi", database),
        ("import project.wsgi", database),
        ("import asgi", database | {"DATABASE_UNSAFE": "1"}),
    ]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=os.environ | given,
            stderr=subprocess.PIPE,
            text=True,
        )
        for code, given in starts
    ]
    said = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [1, 1, 0], said
    assert all(DETAIL in text and "DATABASE_UNSAFE" in text for text in said[:2])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (("on", "on"), None),
        (("on", "remote_apply"), None),
        (("on", "off"), DETAIL),
        (("off", "on"), "fsync is off"),
        (("off", "off"), "fsync is off"),
    ],
)
def test_what_a_server_must_promise(settings: tuple[str, str], said: str | None) -> None:
    assert doubt(*settings) == said
