"""One measurement: so many pairs on one server for so many seconds, and what came of it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

from benchmarks.cpu import Meter
from benchmarks.load.dialects import Dialect, Pair
from benchmarks.load.pairs import Load

FEWEST = 200  # messages that a measurement should see
LONGEST = 5  # times the seconds asked for


class Broken(RuntimeError):
    """A run in which a message was lost, doubled or refused measures nothing."""


class Run(NamedTuple):
    """Rates in messages a second, times in milliseconds, CPU in microseconds per message."""

    delivered: float
    receive_p50: float
    receive_p99: float
    ack_p50: float
    ack_p99: float
    cpu: dict[str, float]


def percentile(values: Sequence[float], share: float) -> float:
    """By nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


@asynccontextmanager
async def opened(dialect: Dialect, port: int, pairs: Sequence[Pair]) -> AsyncIterator[Load]:
    """The load with all its sockets open. Raises `Broken` if a message did not come through."""
    load = Load(dialect, port, pairs)
    await load.open()
    try:
        yield load
        await load.drain()
    finally:
        await load.close()
    if load.faults:
        raise Broken(f"{len(load.faults)} faults, first: {load.faults[0]}")


async def at_full_speed(
    load: Load, window: int, seconds: float, warm_up: float, meter: Meter
) -> Run:
    """Every sender keeps `window` messages unanswered."""
    load.fill(window)
    await load.warm_up(warm_up)
    return await _measure(load, seconds, meter)


async def at_rate(
    load: Load, rate: float, seconds: float, meter: Meter, warm_up: float = 1.0
) -> Run:
    """Messages fall due at random moments, `rate` a second in all, whatever the answers do."""
    pacing = asyncio.create_task(_pace(load, rate))
    try:
        await asyncio.sleep(warm_up)
        return await _measure(load, seconds, meter)
    finally:
        pacing.cancel()


async def _pace(load: Load, rate: float) -> None:
    due = time.perf_counter()
    while True:
        due += random.expovariate(rate)
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        random.choice(load.lines).send(due)


async def _measure(load: Load, seconds: float, meter: Meter) -> Run:
    load.measure()
    started = time.perf_counter()
    meter.start()
    await asyncio.sleep(seconds)
    # A slow design delivers in bursts: a few seconds may see none of them.
    while load.delivered < FEWEST and time.perf_counter() - started < LONGEST * seconds:
        await asyncio.sleep(0.05)
    load.measuring = False
    elapsed = time.perf_counter() - started
    if not load.delivered:
        raise Broken(f"nothing was delivered; faults: {load.faults[:1]}")
    return Run(
        load.delivered / elapsed,
        percentile(load.receive_seconds, 0.5) * 1000,
        percentile(load.receive_seconds, 0.99) * 1000,
        percentile(load.ack_seconds, 0.5) * 1000,
        percentile(load.ack_seconds, 0.99) * 1000,
        {name: spent / load.delivered * 1e6 for name, spent in meter.stop().items()},
    )
