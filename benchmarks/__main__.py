"""`python -m benchmarks [scenario …]`: run and print; a whole run is also written to `results/`."""

from __future__ import annotations

import argparse
import resource
from dataclasses import replace
from pathlib import Path

import uvloop

from benchmarks import report
from benchmarks.bench import Bench, Options
from benchmarks.designs import DESIGNS
from benchmarks.ground import ROOT, Ground, machine
from benchmarks.scenarios import SCENARIOS

QUICK = Options(
    rounds=2, seconds=2.0, sockets=400, stored=100_000, requests=50, photos=4, large=10,
    entries=5_000, members=50_000, singly=300, owners=100,
    chats=3_000,
)  # fmt: skip
FILES = 20_000


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="scenario", help=", ".join(SCENARIOS))
    parser.add_argument("--rounds", type=int, help="rounds of each measurement, default 5")
    parser.add_argument("--seconds", type=float, help="seconds that a round measures, default 4")
    parser.add_argument("--quick", action="store_true", help="smaller and shorter")
    parser.add_argument("--designs", nargs="+", choices=DESIGNS, help="only these; default all")
    parser.add_argument("--windows", nargs="+", type=int, help="messages unanswered; default 1 4")
    parser.add_argument(
        "--against", type=Path, metavar="CHECKOUT", help="of Confab, measured beside this one"
    )
    given = parser.parse_args()
    if unknown := set(given.scenarios) - set(SCENARIOS):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    return given


def options(given: argparse.Namespace) -> Options:
    chosen = QUICK if given.quick else Options()
    wanted = {
        "rounds": given.rounds,
        "seconds": given.seconds,
        "designs": given.designs and frozenset(given.designs),
        "windows": given.windows and tuple(given.windows),
        "against": given.against,
    }
    return replace(chosen, **{name: value for name, value in wanted.items() if value is not None})


async def run(given: argparse.Namespace) -> None:
    facts = machine()
    with Ground(ROOT / "var" / "benchmarks") as ground:
        bench = Bench(ground, options(given))
        for name in given.scenarios or SCENARIOS:
            await SCENARIOS[name](bench)
    measured = {"rounds": bench.options.rounds, "seconds_per_round": bench.options.seconds}
    print("\n" + report.table(bench.figures))
    whole = not (given.quick or given.scenarios or given.designs or given.windows)
    if whole:
        print(f"Written to {report.write(bench.figures, {**facts, **measured}).relative_to(ROOT)}")


if __name__ == "__main__":
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, FILES), hard), hard))
    uvloop.run(run(arguments()))
