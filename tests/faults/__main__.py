"""`python -m tests.faults [SCENARIO …]`, `… ha`, `… planted [BUG …]`, `… check DIRECTORY`."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.faults import planted, report, saved
from tests.faults.checkers import check
from tests.faults.checkers.run import Run, Violation
from tests.faults.ha import scenarios as ha
from tests.faults.rig import Rig
from tests.faults.scenarios import SCENARIOS, Scenario


def main() -> int:
    """0 when no checker objects (or, for planted bugs, when each bug is caught)."""
    arguments = _parser().parse_args()
    names = arguments.names or list(SCENARIOS)
    if names == ["ha"]:
        names = ha.here()
    if names[0] == "check":
        return _show("saved", saved.load_run(Path(names[1])))
    directory = arguments.directory or Path(tempfile.mkdtemp(prefix="faults-"))
    print(f"seed {arguments.seed}, histories in {directory}", flush=True)
    if names[0] == "planted":
        return planted.show(names[1:], directory, arguments.seed)
    print(report.HEAD, flush=True)
    chosen = [_sized((SCENARIOS | ha.SCENARIOS)[name], arguments) for name in names]
    return max(_run(scenario, directory, arguments.seed) for scenario in chosen)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(SCENARIOS)}; all of them if none")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--rate", type=float, help="operations a second over all devices")
    parser.add_argument("--people", type=int)
    parser.add_argument("--directory", type=Path, help="where histories and logs are kept")
    return parser


def _sized(scenario: Scenario, arguments: argparse.Namespace) -> Scenario:
    return scenario._replace(
        rate=arguments.rate or scenario.rate, people=arguments.people or scenario.people
    )


def _run(scenario: Scenario, directory: Path, seed: int) -> int:
    run = asyncio.run(Rig(scenario, directory / scenario.name, seed).run())
    saved.save_run(run, directory / scenario.name)
    return _show(scenario.name, run)


def _show(name: str, run: Run) -> int:
    found: dict[str, list[Violation]] = check(run)
    print(report.table(name, run))
    print(f"{'':19}{report.totals(run)}")
    print(f"{'':19}{report.verdict(found)}", flush=True)
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())
