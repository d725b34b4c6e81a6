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

import psycopg

from benchmarks.bench import Bench, Standing
from benchmarks.designs import DESIGNS
from benchmarks.figures import Figure, at_least, at_most, figure_of
from benchmarks.stored import store

NAME = "flat"
FEW = 1_000
WINDOW = 4
QUERY = re.compile(r"LOG:  (?:statement|execute [^:]*): (?!BEGIN|COMMIT|SET|ROLLBACK)", re.I)
COUNTED_PAGES = 10


async def run(bench: Bench) -> None:
    many = bench.options.stored
    places = {stored: _stand(bench, stored) for stored in (FEW, many)}
    rates: dict[int, list[float]] = {FEW: [], many: []}
    for _ in range(bench.options.rounds):
        for stored, standing in places.items():
            rates[stored].append((await bench.speed(standing, WINDOW)).delivered)
    for stored, rounds in rates.items():
        what = f"delivered, {stored:,} stored"
        bench.add(figure_of(NAME, "confab-uvicorn", what, rounds, "messages/s"))
    ratios = [large / small for small, large in zip(rates[FEW], rates[many], strict=True)]
    what = f"rate at {many:,} to rate at {FEW:,}"
    bench.add(figure_of(NAME, "confab-uvicorn", what, ratios, "x", at_least(0.85)))
    await _pages(bench, places, many)
    bench.rest()


def _stand(bench: Bench, stored: int) -> Standing:
    design = DESIGNS["confab-uvicorn"]
    design = replace(design, name=f"{design.name}-{stored}", database=f"confab-{stored}")
    pairs = bench.people(design, bench.options.pairs)
    store(bench.ground.database(design.database), [int(pair.chat) for pair in pairs], stored)
    return bench.stand(design)


async def _pages(bench: Bench, places: dict[int, Standing], many: int) -> None:
    queries = {}
    for stored, standing in places.items():
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
    mark = f"[{standing.design.database}]"
    counts = []
    with _statements_logged(bench.ground.engines.database_url):
        for _ in range(COUNTED_PAGES):
            start = log.stat().st_size
            _read_pages(standing, 1)
            with log.open() as lines:
                lines.seek(start)
                counts.append(sum(mark in line and bool(QUERY.search(line)) for line in lines))
    return min(counts)


@contextmanager
def _statements_logged(url: str) -> Iterator[None]:
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("log_statement = 'all'", "log_line_prefix = '[%d] '"):
            connection.execute(f"alter system set {setting}")
        connection.execute("select pg_reload_conf()")
        time.sleep(0.5)  # a signal to each backend, which nothing reports
        try:
            yield
        finally:
            connection.execute("alter system reset all")
            connection.execute("select pg_reload_conf()")
