"""How many messages a second each design delivers, and the CPU time that each one costs.

Rounds of all designs take turns, so that what disturbs the machine disturbs all alike; ratios are
taken within a round and then the median of them.
"""

from __future__ import annotations

from collections import defaultdict

from benchmarks.bench import Bench
from benchmarks.designs import DESIGNS
from benchmarks.figures import Goal, at_least, figure_of
from benchmarks.load.runs import Run

NAME = "throughput"
WINDOWS = (1, 4)
GOALS: dict[tuple[str, str, int], Goal] = {
    ("confab-uvicorn", "baseline", 1): at_least(24),
    ("confab-uvicorn", "baseline", 4): at_least(40),
    ("confab-uvicorn", "socket.io", 1): at_least(1.4),
    ("confab-uvicorn", "socket.io", 4): at_least(2),
    ("confab-daphne", "baseline", 1): at_least(15),
}

Runs = dict[str, list[Run]]


async def run(bench: Bench) -> None:
    for window in WINDOWS:
        runs: Runs = defaultdict(list)
        for _ in range(bench.options.rounds):
            for design in DESIGNS.values():
                runs[design.name].append(await bench.speed(bench.stand(design), window))
        _rates(bench, window, runs)
        _ratios(bench, window, runs)
        _costs(bench, window, runs)
    bench.rest()


def _rates(bench: Bench, window: int, runs: Runs) -> None:
    for name, rounds in runs.items():
        rates = [run.delivered for run in rounds]
        bench.add(figure_of(NAME, name, f"delivered, {window} outstanding", rates, "messages/s"))


def _ratios(bench: Bench, window: int, runs: Runs) -> None:
    for name in ("confab-uvicorn", "confab-daphne"):
        for other in ("baseline", "baseline-unpooled", "socket.io", "limit"):
            ratios = [
                mine.delivered / theirs.delivered
                for mine, theirs in zip(runs[name], runs[other], strict=True)
            ]
            goal = GOALS.get((name, other, window))
            what = f"times {other}, {window} outstanding"
            bench.add(figure_of(NAME, name, what, ratios, "x", goal))


def _costs(bench: Bench, window: int, runs: Runs) -> None:
    for name, rounds in runs.items():
        for part in rounds[0].cpu:
            spent = [run.cpu[part] for run in rounds]
            what = f"CPU of {part}, {window} outstanding"
            bench.add(figure_of("cpu", name, what, spent, "µs/message"))
