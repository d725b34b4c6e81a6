"""Everything works through a real PgBouncer in transaction mode, with no setting that says so."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys

import psycopg

from tests.conftest import ROOT, engines
from tests.devices import opened
from tests.neighbours.conftest import Pooler, sql
from tests.people import Person
from tests.sync.conftest import moved


async def test_two_people_chat_through_it(
    alice: Person, bob: Person, chat: str, pooled: str
) -> None:
    """Enough at once that statements of one connection are done by several sessions."""
    hers, his = moved(alice, pooled), moved(bob, pooled)
    async with opened(hers) as sender, opened(his) as reader:
        for number in range(60):
            data = {"chat": chat, "client_id": f"{number}", "text": f"{number}"}
            await sender.raw(json.dumps({"type": "message.send", "id": f"{number}", "data": data}))
            if number % 10 == 0:
                await asyncio.gather(*(asyncio.to_thread(his.get, "/chats") for _ in range(8)))
        answers = [await sender.next(lambda frame: "id" in frame) for _ in range(60)]
        assert {answer["type"] for answer in answers} == {"reply"}, answers
        for number in range(1, 61):
            assert (await reader.update("message.created"))["number"] == number
        assert (await reader.do("chat.read", chat=chat, number=60))["unread_count"] == 0
    for person in (hers, his):
        person.http.close()


async def test_a_person_who_waits_for_a_lock_is_told_after_five_seconds(
    alice: Person, chat: str, pooled: str
) -> None:
    hers = moved(alice, pooled)
    with psycopg.connect(engines.database_url) as keeper:
        keeper.execute("select from chat_chat where id = %s for update", [int(chat)])
        body = {"client_id": "1", "text": "1"}
        refused = await asyncio.to_thread(hers.call, "POST", f"/chats/{chat}/messages", 503, body)
    assert refused["code"] == "unavailable"
    assert hers.post(f"/chats/{chat}/messages", body, 201)["number"] == 1
    hers.http.close()


def limits_through(url: str) -> dict[str, str]:
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute("select name, setting from pg_settings where name ~ '_timeout$'")
        return dict(rows.fetchall())


def test_the_time_outs_hold_with_and_without_it(pooler: Pooler, pooled: str) -> None:
    """They are the role's: whoever connects as the server does has them."""
    for url in (pooler.url, engines.database_url):
        limits = limits_through(url)
        assert limits["statement_timeout"] == "20000"
        assert limits["lock_timeout"] == "5000"
        assert limits["idle_in_transaction_session_timeout"] == "10000"


SHOW = "show statement_timeout"
WHAT_HOLDS = f"""
from django.db import connection, transaction
with transaction.atomic(), connection.cursor() as cursor:
    cursor.execute("{SHOW}")
    print(cursor.fetchone()[0])
from accounts.models import User
print(sum(1 for _ in User.objects.all().iterator(chunk_size=1)) > 0)
"""


def shell(url: str, **environment: str) -> list[str]:
    """What a command sees of the database at this address."""
    said = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", WHAT_HOLDS],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return said.stdout.split()


def test_commands_have_none_and_leave_the_servers_as_they_are(
    alice: Person, pooler: Pooler, pooled: str
) -> None:
    assert shell(pooler.url) == ["0", "True"]
    assert shell(engines.database_url) == ["0", "True"]
    assert shell(pooler.url, DATABASE_TIME_LIMITS="1") == ["20s", "True"]
    assert limits_through(pooler.url)["statement_timeout"] == "20000"


def test_migrations_run_through_it(pooler: Pooler) -> None:
    """On a database of their own, from the first to the last."""
    sql("create database pooled")
    try:
        port = pooler.url.rpartition("/")[0]
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": f"{port}/pooled"},
            check=True,
        )
        name = sql("select datname from pg_database where datname = 'pooled'")
        assert name == [("pooled",)]
    finally:
        sql("drop database pooled with (force)")
