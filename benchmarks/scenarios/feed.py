"""The feed: from `publish` to another device, and reading lists that are short and long."""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import time
from statistics import median
from typing import Any

from picows import WSFrame, WSMsgType, WSTransport

from benchmarks.bench import Bench
from benchmarks.designs import DESIGNS, Design
from benchmarks.figures import Figure, at_least, at_most, figure_of
from benchmarks.ground import Server
from benchmarks.installation import served, with_files, working
from benchmarks.load.crowd import Member, connect
from benchmarks.load.runs import percentile

NAME = "feed"
RATE = 500
FEW, MANY = 100, 100_000
CROWD = 10_000
PUBLISHER = "benchmarks.publisher"


class Listener(Member):
    """Notes how long ago what it is told of was published."""

    def __init__(self, access: str) -> None:
        super().__init__(access)
        self.times: list[float] = []

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.TEXT:
            told = json.loads(frame.get_payload_as_bytes())
            if told.get("kind") == "notification.created":
                self.times.append(time.time() - float(told["data"]["group"]))
        super().on_ws_frame(transport, frame)


async def run(bench: Bench) -> None:
    design = with_files(bench.ground, DESIGNS["confab-uvicorn"])
    people = [pair.receiver for pair in bench.people(design, bench.options.pairs)]
    with served(bench.ground, design) as server, working(bench.ground, design):
        await _publish(bench, design, server, people)
        await _lists(bench, design, server, people[:2])
    await _crowd(bench, design)


async def _publish(bench: Bench, design: Design, server: Server, people: list[str]) -> None:
    """Five hundred events a second, over all people; the worker decides and counts meanwhile."""
    listeners = [Listener(access) for access in people]
    await connect(listeners, server.port)
    ids = "\n".join(map(_id_of, people))
    rates, p50, p99 = [], [], []
    for _ in range(bench.options.rounds):
        for listener in listeners:
            listener.times.clear()
        seconds = str(bench.options.seconds)
        printed = await asyncio.to_thread(
            bench.ground.program, PUBLISHER, design.settings(bench.ground), str(RATE), seconds,
            given=ids,
        )  # fmt: skip
        await asyncio.sleep(1.0)
        times = [taken for listener in listeners for taken in listener.times]
        if len(times) != RATE * bench.options.seconds:
            raise RuntimeError(f"{len(times)} items came")
        rates.append(float(printed))
        p50.append(percentile(times, 0.5) * 1000)
        p99.append(percentile(times, 0.99) * 1000)
    for listener in listeners:
        listener.cut()
    what = "publish to socket"
    bench.add(
        figure_of(NAME, design.name, "published", rates, "events/s", at_least(0.95 * RATE)),
        figure_of(NAME, design.name, f"{what}, p50", p50, "ms", at_most(20)),
        figure_of(NAME, design.name, f"{what}, p99", p99, "ms", at_most(100)),
    )


async def _crowd(bench: Bench, design: Design) -> None:
    """One event for everybody, while nothing else runs."""
    seconds, statements = [], []
    for _ in range(bench.options.rounds):
        printed = await asyncio.to_thread(
            bench.ground.program, PUBLISHER, design.settings(bench.ground), "crowd", str(CROWD)
        )
        taken, count = printed.split()
        seconds.append(float(taken))
        statements.append(float(count))
    what = f"one event to {CROWD:,} people"
    bench.add(
        figure_of(NAME, design.name, what, seconds, "s", at_most(2)),
        figure_of(NAME, design.name, what, statements, "statements", at_most(15)),
    )


async def _lists(bench: Bench, design: Design, server: Server, people: list[str]) -> None:
    settings = design.settings(bench.ground)
    pages: list[list[float]] = []
    for access, count in zip(people, (FEW, MANY), strict=True):
        await asyncio.to_thread(
            bench.ground.program, PUBLISHER, settings, "fill", str(count), given=_id_of(access)
        )
    for path in ("/api/v1/feed", "/api/v1/feed/counts"):
        pages = [[], []]
        for _ in range(bench.options.rounds):
            for place, access in enumerate(people):
                pages[place].append(
                    await asyncio.to_thread(
                        _median, server.port, path, access, bench.options.requests
                    )
                )
        few, many = (median(rounds) for rounds in pages)
        name = "counts" if path.endswith("counts") else "page"
        goal = at_most(3) if name == "counts" else None
        bench.add(
            Figure(NAME, design.name, f"{name}, {FEW:,} items, p50", few, "ms"),
            Figure(NAME, design.name, f"{name}, {MANY:,} items, p50", many, "ms", goal),
        )
        if name == "page":
            what = f"page at {MANY:,} to page at {FEW:,}"
            bench.add(Figure(NAME, design.name, what, many / few, "x", at_most(1.2)))


def _median(port: int, path: str, access: str, count: int) -> float:
    """Milliseconds of the one in the middle of so many requests."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    times = []
    for _ in range(count):
        started = time.perf_counter()
        link.request("GET", path, headers={"Authorization": f"Bearer {access}"})
        response = link.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status} {body[:200]!r}")
        times.append(time.perf_counter() - started)
    link.close()
    return median(times) * 1000


def _id_of(access: str) -> str:
    """Whose token this is."""
    payload = access.split(".")[1]
    claims: dict[str, Any] = json.loads(
        base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    )
    return str(claims["sub"])
