"""Chatting and searching while Elasticsearch is stopped, slow, wiped or talks nonsense."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import psycopg

from benchmarks.bench import Bench, Standing
from benchmarks.designs import DESIGNS
from benchmarks.figures import Figure, Goal, at_least, at_most, figure_of
from benchmarks.ground import free_port
from benchmarks.load.runs import Run, percentile

NAME = "outage"
HEALTHY = "searching in PostgreSQL"
SICK = ("stopped", "slow", "wiped", "lying")
SECONDS = 12
"""Longer than the breaker rests, so that some searches have to wait."""

BETWEEN = 0.2
KNOWN = "insert into search_elasticindex (name, state) values ('sick', 'live')"
NOTHING = b'{"error": {"type": "index_not_found_exception"}, "status": 404}'
NONSENSE = b'{"took": 1, "timed_out": false, "hits": "many", "_shards": {"failed": 0}}'
ANSWERS = {"wiped": (b"404 Not Found", NOTHING), "lying": (b"200 OK", NONSENSE)}


async def run(bench: Bench) -> None:
    """Each sick state and the healthy one take turns, and are compared with each other."""
    first: dict[str, list[float]] = {state: [] for state in (HEALTHY, *SICK)}
    later: dict[str, list[float]] = {state: [] for state in (HEALTHY, *SICK)}
    for sick in SICK:
        runs: dict[str, list[Run]] = {HEALTHY: [], sick: []}
        for turn in range(bench.options.rounds):
            for state in runs if turn % 2 else reversed(runs):
                async with _sick(state) as port:
                    standing = await asyncio.to_thread(_stand, bench, state, port)
                    first[state].append((await asyncio.to_thread(_search, standing, 0))[0])
                    runs[state].append(await _chat_and_search(bench, standing))
                    if turn == 0:
                        later[state] += await asyncio.to_thread(_search, standing, SECONDS)
                    bench.rest()
        pairs = zip(runs[sick], runs[HEALTHY], strict=True)
        ratios = [one.delivered / other.delivered for one, other in pairs]
        bench.add(figure_of(NAME, sick, "messages, to healthy", ratios, "x", at_least(0.95)))
    for state in later:
        goal: Goal | None = at_most(300) if state in SICK else None
        bench.add(figure_of(NAME, state, "first search of a server", first[state], "ms", goal))
        bench.add(Figure(NAME, state, "longest search", max(later[state]), "ms", goal))
        bench.add(Figure(NAME, state, "search, p50", percentile(later[state], 0.5), "ms"))


@asynccontextmanager
async def _sick(state: str) -> AsyncIterator[int | None]:
    """The port of something that should be an Elasticsearch."""
    if state in (HEALTHY, "stopped"):
        yield None if state == HEALTHY else free_port()
        return

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                if state in ANSWERS:
                    status, body = ANSWERS[state]
                    writer.write(
                        b"HTTP/1.1 %s\r\nX-Elastic-Product: Elasticsearch\r\nConnection: close\r\n"
                        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                        % (status, len(body), body)
                    )
                    await writer.drain()
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def _stand(bench: Bench, state: str, port: int | None) -> Standing:
    url = "" if port is None else f"http://127.0.0.1:{port}"
    design = replace(
        DESIGNS["confab-uvicorn"], name=f"confab-{state.split()[0]}", database="confab-sick",
        env={**DESIGNS["confab-uvicorn"].env, "ELASTICSEARCH_URL": url},
    )  # fmt: skip
    bench.people(design, bench.options.pairs)
    with psycopg.connect(bench.ground.database(design.database)) as connection:
        connection.execute(f"{KNOWN} on conflict do nothing".encode())
        connection.execute("delete from search_change")
    return bench.stand(design)


async def _chat_and_search(bench: Bench, standing: Standing) -> Run:
    seconds = bench.options.warm_up + bench.options.seconds
    searching = asyncio.create_task(asyncio.to_thread(_search, standing, seconds))
    run = await bench.speed(standing, 4)
    await searching
    return run


def _search(standing: Standing, seconds: float) -> list[float]:
    """Milliseconds of each search, of one at least; all must be answered, by PostgreSQL."""
    link = http.client.HTTPConnection("127.0.0.1", standing.server.port, timeout=10)
    until, times = time.monotonic() + seconds, list[float]()
    access = {"Authorization": f"Bearer {standing.pairs[0].sender}"}
    while not times or time.monotonic() < until:
        started = time.perf_counter()
        link.request("GET", "/api/v1/search?q=message&in=messages", headers=access)
        response = link.getresponse()
        answer = json.loads(response.read())
        times.append((time.perf_counter() - started) * 1000)
        if response.status != 200 or answer["backend"] != "postgres":
            raise RuntimeError(f"{response.status} {answer}")
        time.sleep(BETWEEN)
    link.close()
    return times
