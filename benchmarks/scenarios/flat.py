"""Whether speed stays the same when a thousand times as much is stored."""

from __future__ import annotations

import asyncio
import http.client
import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from statistics import median
from typing import Any

import psycopg

from benchmarks.bench import Bench, Standing
from benchmarks.designs import DESIGNS, Design
from benchmarks.figures import Figure, at_least, at_most, figure_of
from benchmarks.load.runs import Run
from benchmarks.stored import store

NAME = "flat"
FEW = 1_000
WINDOW = 4
QUERY = re.compile(
    r"\[(\d+)\] LOG:  (?:statement|execute [^:]*): (?!BEGIN|COMMIT|SET|ROLLBACK)", re.I
)
BACKENDS = "select pid from pg_stat_activity where datname = %s"
COUNTED_PAGES = 10


async def run(bench: Bench) -> None:
    many = bench.options.stored
    places = {stored: _fill(bench, stored) for stored in (FEW, many)}
    runs: dict[int, list[Run]] = {FEW: [], many: []}
    for number in range(bench.options.rounds):
        order = (FEW, many) if number % 2 else (many, FEW)
        for stored in order:
            runs[stored].append(await bench.speed(bench.stand(places[stored]), WINDOW))
    for stored, rounds in runs.items():
        rates = [run.delivered for run in rounds]
        spent = [run.cpu["postgres"] for run in rounds]
        what = f"{stored:,} stored"
        bench.add(
            figure_of(NAME, "confab-uvicorn", f"delivered, {what}", rates, "messages/s"),
            figure_of(NAME, "confab-uvicorn", f"CPU of postgres, {what}", spent, "µs/message"),
        )
    pairs = zip(runs[FEW], runs[many], strict=True)
    ratios = [large.delivered / small.delivered for small, large in pairs]
    what = f"rate at {many:,} to rate at {FEW:,}"
    bench.add(figure_of(NAME, "confab-uvicorn", what, ratios, "x", at_least(0.85)))
    await _pages(bench, places, many)
    bench.rest()


def _fill(bench: Bench, stored: int) -> Design:
    """Confab on a database of its own with so many messages."""
    design = DESIGNS["confab-uvicorn"]
    design = replace(design, name=f"{design.name}-{stored}", database=f"confab-{stored}")
    pairs = bench.people(design, bench.options.pairs)
    store(bench.ground.database(design.database), [int(pair.chat) for pair in pairs], stored)
    return design


async def _pages(bench: Bench, places: dict[int, Design], many: int) -> None:
    queries = {}
    for stored, design in places.items():
        standing = bench.stand(design)
        times = await asyncio.to_thread(_read_pages, standing, bench.options.requests)
        what = f"history page, p50, {stored:,} stored"
        bench.add(Figure(NAME, "confab-uvicorn", what, median(times) * 1000, "ms"))
        queries[stored] = await asyncio.to_thread(_queries_of_a_page, bench, standing)
        what = f"queries of a history page, {stored:,} stored"
        bench.add(Figure(NAME, "confab-uvicorn", what, queries[stored], "queries"))
    what = "queries: large to small"
    bench.add(Figure(NAME, "confab-uvicorn", what, queries[many] / queries[FEW], "x", at_most(1)))


def _read_pages(standing: Standing, count: int) -> list[float]:
    """Seconds of each of so many pages of random chats, at random places."""
    connection = http.client.HTTPConnection("127.0.0.1", standing.server.port, timeout=10)
    times = []
    for _ in range(count):
        pair = random.choice(standing.pairs)
        path = f"/api/v1/chats/{pair.chat}/messages?limit=50&before={random.randint(8, 10_000)}"
        started = time.perf_counter()
        connection.request("GET", path, headers={"Authorization": f"Bearer {pair.sender}"})
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status} {body[:200]!r}")
        times.append(time.perf_counter() - started)
    connection.close()
    return times


def _queries_of_a_page(bench: Bench, standing: Standing) -> int:
    """By PostgreSQL's own log. The fewest of some pages: the server also asks for itself."""
    log = bench.ground.engines.postgres.log
    counts = []
    with _statements_logged(bench.ground.engines.database_url) as connection:
        for _ in range(COUNTED_PAGES):
            start = log.stat().st_size
            _read_pages(standing, 1)
            rows = connection.execute(BACKENDS, [standing.design.database]).fetchall()
            with log.open() as lines:
                lines.seek(start)
                found = [match[1] for line in lines if (match := QUERY.search(line))]
            counts.append(sum((int(pid),) in rows for pid in found))
    return min(counts)


@contextmanager
def _statements_logged(url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter system set log_statement = 'all'")
        connection.execute("select pg_reload_conf()")
        time.sleep(0.5)  # a signal to each backend, which nothing reports
        try:
            yield connection
        finally:
            connection.execute("alter system reset all")
            connection.execute("select pg_reload_conf()")
