"""What an idle socket costs: resident memory of the server, after authentication and `synced`."""

from __future__ import annotations

import asyncio

from benchmarks.bench import Bench
from benchmarks.cpu import resident_bytes
from benchmarks.figures import Figure, at_most
from benchmarks.load.crowd import Member, connect

NAME = "memory"
GOALS = {"confab-uvicorn": at_most(30), "confab-daphne": at_most(60)}
FIRST = 50  # sockets that make the server load whatever it loads only once
SETTLE_SECONDS = 3.0


async def run(bench: Bench) -> None:
    for design in bench.compared(*GOALS):
        pairs = bench.people(design, bench.options.sockets // 2)
        server = design.serve(bench.ground)
        members = [Member(who) for pair in pairs for who in (pair.sender, pair.receiver)]
        await connect(members[:FIRST], server.port, at_once=20)
        await asyncio.sleep(SETTLE_SECONDS)
        before = resident_bytes(server.pid)
        await connect(members[FIRST:], server.port, at_once=20)
        await asyncio.sleep(SETTLE_SECONDS)
        grown = resident_bytes(server.pid) - before
        for member in members:
            member.cut()
        server.stop()
        each = grown / (len(members) - FIRST) / 1024
        what = f"an idle socket of {len(members):,}"
        bench.add(Figure(NAME, design.name, what, each, "KiB", GOALS.get(design.name)))
