"""All sockets are cut at once and come back at once, each having missed an update."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict

from benchmarks.bench import Bench
from benchmarks.designs import Design
from benchmarks.figures import Figure, at_most, figure_of
from benchmarks.load.crowd import Member, connect
from benchmarks.load.dialects import Confab, Pair

NAME = "storm"
SECONDS = at_most(15)
GOALS = {"server": at_most(3)}


async def run(bench: Bench) -> None:
    for design in bench.compared("confab-uvicorn"):
        await _storm(bench, design)


async def _storm(bench: Bench, design: Design) -> None:
    pairs = bench.people(design, bench.options.sockets // 2)
    server = design.serve(bench.ground)
    seconds: list[float] = []
    spent: dict[str, list[float]] = defaultdict(list)
    members = [Member(who) for pair in pairs for who in (pair.sender, pair.receiver)]
    await connect(members, server.port, at_once=20)
    for _ in range(min(3, bench.options.rounds)):
        await cut(pairs, members)
        meter = bench.meter(server)
        started = time.perf_counter()
        meter.start()
        await connect(members, server.port)
        seconds.append(time.perf_counter() - started)
        for part, used in meter.stop().items():
            spent[part].append(used / len(members) * 1000)
        check(members)
    for member in members:
        member.cut()
    server.stop()
    bench.add(
        figure_of(NAME, design.name, f"{len(members):,} sockets synced", seconds, "s", SECONDS),
        Figure(NAME, design.name, "of them resumed", float(len(members)), "sockets"),
        *(
            figure_of(NAME, design.name, f"CPU of {part}", used, "ms/socket", GOALS.get(part))
            for part, used in spent.items()
        ),
    )


async def cut(pairs: list[Pair], members: list[Member]) -> None:
    """Cut all connections, each member not knowing of one message that it was sent."""
    cursors = [member.pts for member in members]
    await _write(pairs, members)
    for member, cursor in zip(members, cursors, strict=True):
        member.cut()
        member.pts = cursor
    await asyncio.sleep(0)


async def _write(pairs: list[Pair], members: list[Member]) -> None:
    """A message in each chat, and wait until all have been told."""
    dialect = Confab()
    for ordinal, pair in enumerate(pairs, 1):
        members[2 * ordinal - 2].send(dialect.message(pair, ordinal))
        if ordinal % 100 == 0:
            await asyncio.sleep(0.05)
    async with asyncio.timeout(30):
        while not all(member.replayed for member in members):
            await asyncio.sleep(0.05)


def check(members: list[Member]) -> None:
    """Raises `RuntimeError` unless all resumed and were told what they had missed."""
    for member in members:
        if not member.resumed or not member.replayed:
            raise RuntimeError("a socket came back without what it had missed")
