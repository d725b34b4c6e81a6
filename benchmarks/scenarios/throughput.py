"""How many messages a second each design delivers, and the CPU time that each one costs.

Rounds of all designs take turns, every other time backwards, so that what disturbs the machine
disturbs all alike; ratios are taken within a round and then the median of them. The p99 is told as
times the median, too: at full speed every message waits for others, but none for much more.
"""

from __future__ import annotations

from collections import defaultdict
from statistics import median

from benchmarks.bench import Bench
from benchmarks.designs import DESIGNS, SOCKET_IO
from benchmarks.figures import Goal, at_least, at_most, figure_of
from benchmarks.load.runs import Run

NAME = "throughput"
OURS = ("confab-uvicorn", "confab-daphne")
OTHERS = ("confab-before", "baseline", "baseline-unpooled", "socket.io", "limit")
GOALS: dict[tuple[str, str, int], Goal] = {
    ("confab-uvicorn", "confab-before", 1): at_least(0.97),
    ("confab-uvicorn", "confab-before", 4): at_least(0.97),
    ("confab-uvicorn", "baseline", 1): at_least(24),
    ("confab-uvicorn", "baseline", 4): at_least(40),
    ("confab-uvicorn", "socket.io", 1): at_least(1.6),
    ("confab-uvicorn", "socket.io", 4): at_least(2.4),
    ("confab-daphne", "baseline", 1): at_least(15),
}
TAILS = {("confab-uvicorn", 1): at_most(3)}

Runs = dict[str, list[Run]]


async def run(bench: Bench) -> None:
    for window in bench.options.windows:
        runs: Runs = defaultdict(list)
        designs = bench.compared(*DESIGNS)
        for number in range(bench.options.rounds):
            for design in designs if number % 2 else designs[::-1]:
                runs[design.name].append(await bench.speed(bench.stand(design), window))
        _rates(bench, window, runs)
        _ratios(bench, window, _with_the_faster_peer(runs))
        _tails(bench, window, runs)
        _costs(bench, window, runs)
    bench.rest()


def _rates(bench: Bench, window: int, runs: Runs) -> None:
    for name, rounds in runs.items():
        rates = [run.delivered for run in rounds]
        bench.add(figure_of(NAME, name, f"delivered, {window} outstanding", rates, "messages/s"))


def _with_the_faster_peer(runs: Runs) -> Runs:
    """`socket.io` as the one of its kind that delivered more."""
    peers = [runs[name] for name in SOCKET_IO if name in runs]
    faster = max(peers, key=lambda rounds: median(run.delivered for run in rounds), default=None)
    return runs if faster is None else {**runs, "socket.io": faster}


def _ratios(bench: Bench, window: int, runs: Runs) -> None:
    for name, other in [(name, other) for name in OURS for other in OTHERS]:
        if name not in runs or other not in runs:
            continue
        pairs = zip(runs[name], runs[other], strict=True)
        ratios = [mine.delivered / theirs.delivered for mine, theirs in pairs]
        goal = GOALS.get((name, other, window))
        what = f"times {other}, {window} outstanding"
        bench.add(figure_of(NAME, name, what, ratios, "x", goal))


def _tails(bench: Bench, window: int, runs: Runs) -> None:
    for name, rounds in runs.items():
        medians = [run.ack_p50 for run in rounds]
        tails = [run.ack_p99 / run.ack_p50 for run in rounds]
        after = f"{window} outstanding"
        goal = TAILS.get((name, window))
        bench.add(
            figure_of(NAME, name, f"send to answer, p50, {after}", medians, "ms"),
            figure_of(NAME, name, f"its p99 to its p50, {after}", tails, "x", goal),
        )


def _costs(bench: Bench, window: int, runs: Runs) -> None:
    for name, rounds in runs.items():
        for part in rounds[0].cpu:
            spent = [run.cpu[part] for run in rounds]
            what = f"CPU of {part}, {window} outstanding"
            bench.add(figure_of("cpu", name, what, spent, "µs/message"))
