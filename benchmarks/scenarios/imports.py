"""An address book from its POST until it is done, among many members: as JSON, CSV and vCard with
photos; the same again, a small delta, and how long all who have a number wait when it is proved.

Beside it the way that one writes first: every entry by itself through the ORM, without HTTP, queue
or progress. Of that only some are timed in each round, since every entry costs the same.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from base64 import urlsafe_b64decode
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.bench import Bench
from benchmarks.cpu import resident_bytes
from benchmarks.designs import DESIGNS, Design
from benchmarks.figures import Figure, Goal, at_least, at_most, figure_of
from benchmarks.installation import served, with_files, working
from benchmarks.load import books
from benchmarks.load.books import Reader
from benchmarks.load.crowd import connect
from benchmarks.load.uploads import Client

NAME = "import"
CONFAB, ORM = "confab-uvicorn", "one by one"
DELTA = 100
SAMPLE_SECONDS = 0.02
PATH = "/api/v1/contacts/imports"

WRITTEN = """
select (select count(*) from contacts_contact where owner_id = %(owner)s and updated_at > %(at)s)
    + (select count(*) from sync_update where user_id = %(owner)s and at > %(at)s
        and kind not like 'counts.%%')
"""


async def run(bench: Bench) -> None:
    design = with_files(bench.ground, DESIGNS[CONFAB])
    pairs = bench.people(design, 3 * bench.options.rounds)
    url = bench.ground.database(design.database)
    await asyncio.to_thread(books.fill, url, bench.options.members)
    accesses = [pair.sender for pair in pairs]
    books.age(url, [owner_of(access) for access in accesses])
    times: dict[str, list[float]] = defaultdict(list)
    with ExitStack() as stack:
        server = stack.enter_context(served(bench.ground, design))
        worker = stack.enter_context(working(bench.ground, design))
        for number in range(bench.options.rounds):
            device = Round(bench, server.port, worker, url, accesses[3 * number :][:3], number)
            await device.run(times)
            await asyncio.to_thread(_one_by_one, bench, design, accesses[3 * number], times)
            if number == 0:
                phone = f"+43699{secrets.randbelow(10**7) + 10**7}"
                owners = str(bench.options.owners)
                told = await asyncio.to_thread(
                    bench.ground.program, "benchmarks.books", design.settings(bench.ground),
                    "found", phone, owners,
                )  # fmt: skip
                times["found"].append(float(told))
    _tell(bench, times)


def owner_of(access: str) -> int:
    """The person whose access token this is."""
    payload = access.split(".")[1]
    return int(json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"])


class Round:
    """Three people, each of whom brings a book in another form; the first one also comes again."""

    def __init__(
        self, bench: Bench, port: int, worker: int, url: str, accesses: list[str], number: int
    ) -> None:
        self._members, self._entries = bench.options.members, bench.options.entries
        self._port, self._worker, self._url = port, worker, url
        self._readers = [Reader(access) for access in accesses]
        self._owner = owner_of(accesses[0])
        self._number = number

    async def run(self, times: dict[str, list[float]]) -> None:
        await connect(self._readers, self._port)
        json_, csv, cards = (
            books.numbers(self._members, self._entries, 3 * self._number + n) for n in range(3)
        )
        await self._warm_up()
        before = resident_bytes(self._worker)
        sampling = asyncio.create_task(_largest(self._worker))
        first, done = await self._json(json_, batch="1", mode="full")
        sampling.cancel()
        times["grown"].append(((await sampling) - before) / 2**20)
        times["first"].append(first)
        times["json"].append(done)
        at = self._now()
        times["again"].append((await self._json(json_, batch="2", mode="full"))[1])
        times["rows"].append(self._written(at))
        fresh = books.numbers(self._members, DELTA, 10**5 + self._number)
        delta = {"batch": "3", "mode": "delta", "base_version": 2}
        times["delta"].append((await self._json(fresh, **delta))[1])
        times["csv"].append(await self._file(1, "book.csv", books.as_csv(csv)))
        times["vcf"].append(await self._file(2, "book.vcf", books.as_cards(cards)))
        for reader in self._readers:
            reader.cut()

    async def _warm_up(self) -> None:
        """Small books of other people: each of the worker's processes is to have done one."""
        for reader in self._readers[1:]:
            client = Client(self._port, f"Bearer {reader.access}")
            phones = books.numbers(self._members, DELTA, 0)
            for batch in ("a", "b", "c"):
                body = books.as_json(phones, batch=batch, mode="full")
                await reader.timed(lambda body=body, client=client: client.call("POST", PATH, body))  # type: ignore[misc]
                client.close()

    async def _json(self, phones: list[str], **more: Any) -> tuple[float, float]:
        body = books.as_json(phones, **more)
        client = Client(self._port, f"Bearer {self._readers[0].access}")
        return await self._readers[0].timed(lambda: client.call("POST", PATH, body))

    async def _file(self, which: int, name: str, content: bytes) -> float:
        edge = secrets.token_hex(16)
        fields = {"batch": "1", "device": "page", "mode": "full"}
        head = "".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        )
        head += (
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        )
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        reader = self._readers[which]
        client = Client(self._port, f"Bearer {reader.access}")
        kind = f"multipart/form-data; boundary={edge}"
        return (await reader.timed(lambda: client.call("POST", PATH, body, kind)))[1]

    def _now(self) -> Any:
        return self._ask("select clock_timestamp()")

    def _written(self, at: Any) -> float:
        """Contacts and updates of the first person that were written since."""
        return float(self._ask(WRITTEN, owner=self._owner, at=at))

    def _ask(self, sql: str, **given: Any) -> Any:
        with psycopg.connect(self._url) as connection:
            row = connection.execute(sql.encode(), given).fetchone()
        assert row is not None
        return row[0]


async def _largest(pid: int) -> int:
    """The most that was resident until this task was cancelled."""
    most = 0
    try:
        while True:
            most = max(most, resident_bytes(pid))
            await asyncio.sleep(SAMPLE_SECONDS)
    except asyncio.CancelledError:
        return most


def _one_by_one(bench: Bench, design: Design, access: str, times: dict[str, list[float]]) -> None:
    timed = min(bench.options.entries, bench.options.singly)
    phones = books.numbers(bench.options.members, timed, 10**6 + len(times["orm"]))
    env = design.settings(bench.ground) | {"PYTHONPATH": str(Path.cwd())}
    owner = str(owner_of(access))
    seconds = float(bench.ground.program("benchmarks.books", env, "one-by-one", owner, *phones))
    times["orm"].append(seconds / timed * bench.options.entries)
    times["ratio"].append(times["orm"][-1] / times["json"][-1])


def _tell(bench: Bench, times: dict[str, list[float]]) -> None:
    size, members = f"{bench.options.entries:,}", f"{bench.options.members:,}"

    def add(design: str, what: str, key: str, unit: str, goal: Goal | None = None) -> None:
        scale = 1000 if unit == "ms" else 1
        values = [value * scale for value in times[key]]
        bench.add(figure_of(NAME, design, what, values, unit, goal))

    timed = min(bench.options.entries, bench.options.singly)
    add(CONFAB, f"{size} JSON entries, {members} members, done", "json", "s")
    add(ORM, f"the same through the ORM ({timed:,} timed)", "orm", "s")
    add("ratio", "one by one ÷ confab-uvicorn", "ratio", "times", at_least(50))
    add(CONFAB, "first outcomes on the socket", "first", "ms", at_most(300))
    add(CONFAB, "memory of the workers grows by", "grown", "MiB", at_most(64))
    add(CONFAB, "the same book again", "again", "s")
    add(CONFAB, "contacts and updates that this wrote", "rows", "rows", at_most(0))
    add(CONFAB, f"a delta of {DELTA}", "delta", "ms", at_most(150))
    for kind in ("csv", "vcf"):
        more = [file - plain for file, plain in zip(times[kind], times["json"], strict=True)]
        add(CONFAB, f"{size} entries as {kind}, done", kind, "s")
        bench.add(figure_of(NAME, CONFAB, f"{kind} more than JSON", more, "s", at_most(0.8)))
    what = f"a number that {bench.options.owners:,} people have, all told"
    bench.add(Figure(NAME, CONFAB, what, times["found"][0], "s", at_most(1)))
