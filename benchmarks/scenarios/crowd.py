"""An account with very many chats renames itself and leaves, while strangers go on writing."""

from __future__ import annotations

import asyncio
import http.client
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import psycopg

from benchmarks import peers
from benchmarks.bench import Bench
from benchmarks.designs import DESIGNS, Design
from benchmarks.figures import Figure, at_most
from benchmarks.ground import Server
from benchmarks.installation import served, working
from benchmarks.load.runs import Run, at_rate, opened

NAME = "crowd"
RATE = 200.0
"""Messages a second that the strangers write."""
RENAMES = 5
PASSWORD = "a long one for the crowd"  # of an account that lives for minutes
LONGEST_SECONDS = 900.0

UNTOLD = "select count(*) from sync_fanout"
TOLD = """
select count(*) from sync_update u join chat_chat c on c.low_id = u.user_id and c.id = u.subject
    where c.high_id = %s and u.kind = 'chat.updated'"""
UNERASED = "select count(*) from accounts_erasure where finished_at is null"
STORES = "select stores from accounts_erasure"
LEFT = "select count(*) from search_document where tsv @@ ('''@=' || %s || '''')::tsquery"


async def run(bench: Bench) -> None:
    design = replace(DESIGNS["confab-uvicorn"], name="confab-crowd", database="confab-crowd")
    bench.people(design, bench.options.pairs)
    email = f"{secrets.token_hex(6)}@example.com"
    bench.ground.program("benchmarks.account", design.settings(bench.ground), email, PASSWORD)
    url = bench.ground.database(design.database)
    account = _one(url, "select id from accounts_user where email = %s", email)
    await asyncio.to_thread(peers.fill, url, account, bench.options.chats, bench.options.each)
    with served(bench.ground, design) as server, working(bench.ground, design):
        crowd = Crowd(bench, design, server, url, account)
        crowd.log_in(email)
        await crowd.measure()


class Crowd:
    """The account, and the strangers whose messages are timed."""

    def __init__(
        self, bench: Bench, design: Design, server: Server, url: str, account: int
    ) -> None:
        self.bench, self.design, self.server = bench, design, server
        self.url, self.account = url, account
        self.access = ""

    def log_in(self, email: str) -> None:
        given = {"email": email, "password": PASSWORD}
        self.access = self.call("POST", "/auth/email/login", given)[1]["access"]

    def call(self, method: str, path: str, given: dict[str, Any]) -> tuple[float, Any]:
        """Milliseconds until it was answered, and the answer."""
        link = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.access}"}
        if not self.access:
            del headers["Authorization"]
        started = time.perf_counter()
        link.request(method, f"/api/v1{path}", json.dumps(given), headers)
        response = link.getresponse()
        body = response.read()
        taken = (time.perf_counter() - started) * 1000
        link.close()
        if response.status not in (200, 202):
            raise RuntimeError(f"{method} {path}: {response.status} {body[:200]!r}")
        return taken, json.loads(body)

    async def measure(self) -> None:
        calm = await self.strangers()
        renames, told, renamed = await self.while_running(self.rename)
        (left,), erased, leaving = await self.while_running(self.leave)
        people = self.bench.options.chats
        add, name = self.bench.add, self.design.name
        add(
            Figure(NAME, name, f"rename, slowest of {RENAMES}", max(renames), "ms", at_most(300)),
            Figure(NAME, name, f"until {people:,} are told", told, "s"),
            Figure(NAME, name, "leaving, until answered", left, "ms", at_most(300)),
            Figure(NAME, name, "leaving, until all is erased", erased, "s"),
            Figure(NAME, name, "a stranger's send, p99, calm", calm.ack_p99, "ms"),
        )
        for what, runs in (("renames", renamed), ("leaving", leaving)):
            worst = max(run.ack_p99 for run in runs)
            add(
                Figure(NAME, name, f"the same during {what}, worst", worst, "ms"),
                Figure(NAME, name, "above calm", worst - calm.ack_p99, "ms", at_most(100)),
            )

    async def strangers(self) -> Run:
        """One round of their messages; all of them arrive or this raises."""
        pairs = self.bench.people(self.design, self.bench.options.pairs)
        async with opened(self.design.dialect(), self.server.port, pairs) as load:
            meter = self.bench.meter(self.server)
            return await at_rate(load, RATE, self.bench.options.seconds, meter)

    async def while_running(
        self, change: Callable[[], tuple[list[float], float]]
    ) -> tuple[list[float], float, list[Run]]:
        """The change's times, and rounds of the strangers' until it is done."""
        working = asyncio.create_task(asyncio.to_thread(change))
        runs = [await self.strangers()]
        while not working.done():
            runs.append(await self.strangers())
        times, seconds = await working
        return times, seconds, runs

    def rename(self) -> tuple[list[float], float]:
        """Some renames one after the other; then until everyone was told of the last."""
        time.sleep(1.5)  # the strangers connect first
        before = _one(self.url, TOLD, self.account)
        times = [self.call("PATCH", "/me", {"name": f"Name {n}"})[0] for n in range(RENAMES)]
        seconds = self._until_none(UNTOLD)
        told = _one(self.url, TOLD, self.account) - before
        if told < self.bench.options.chats:
            raise RuntimeError(f"only {told} were told of a new name")
        return times, seconds

    def leave(self) -> tuple[list[float], float]:
        time.sleep(1.5)
        taken = self.call("DELETE", "/me", {"password": PASSWORD})[0]
        seconds = self._until_none(UNERASED)
        print(json.dumps(_one(self.url, STORES)))
        if left := _one(self.url, LEFT, self.account):
            raise RuntimeError(f"{left} documents still name who left as their reader")
        return [taken], seconds

    def _until_none(self, query: str) -> float:
        """Seconds until this counts nothing."""
        started = time.monotonic()
        while left := _one(self.url, query):
            if time.monotonic() - started > LONGEST_SECONDS:
                raise RuntimeError(f"{left} are left of {query}")
            time.sleep(0.1)
        return time.monotonic() - started


def _one(url: str, query: str, *values: Any) -> Any:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode(), values).fetchone()
        return row[0] if row else None
