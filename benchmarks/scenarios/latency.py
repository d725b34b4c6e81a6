"""How long a message takes at a tenth of the highest rate, arriving at random moments."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.designs import DESIGNS
from benchmarks.figures import at_most, figure_of
from benchmarks.load.runs import at_rate, opened

NAME = "latency"
WINDOW_OF_PEAK = 4
FEWEST_SECONDS = 5.0  # for a p99 of some thousand messages


async def run(bench: Bench) -> None:
    for name in ("confab-uvicorn", "confab-daphne"):
        design, server, pairs = standing = bench.stand(DESIGNS[name])
        peak = (await bench.speed(standing, WINDOW_OF_PEAK)).delivered
        runs = []
        for _ in range(min(3, bench.options.rounds)):
            seconds = max(FEWEST_SECONDS, bench.options.seconds)
            async with opened(design.dialect(), server.port, pairs) as load:
                runs.append(await at_rate(load, peak / 10, seconds, bench.meter(server)))
        rates = [run.delivered for run in runs]
        goal = at_most(10) if name == "confab-uvicorn" else None
        bench.add(
            figure_of(NAME, name, "rate", rates, "messages/s"),
            figure_of(NAME, name, "send to receive, p50", [r.receive_p50 for r in runs], "ms"),
            figure_of(
                NAME, name, "send to receive, p99", [r.receive_p99 for r in runs], "ms", goal
            ),
            figure_of(NAME, name, "send to answer, p50", [r.ack_p50 for r in runs], "ms"),
            figure_of(NAME, name, "send to answer, p99", [r.ack_p99 for r in runs], "ms"),
        )
    bench.rest()
