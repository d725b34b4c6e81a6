"""The rig proves itself: servers that are broken on purpose must be caught.

Each module of this package is an ASGI application, the server with one bug in it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

from tests.faults.checkers import check
from tests.faults.checkers.run import Limits, Run
from tests.faults.nemesis import Proxied
from tests.faults.rig import Rig
from tests.faults.scenarios import REDIS_AWAY, SCENARIOS, Phase, Scenario


class Bug(NamedTuple):
    """`caught_by` are the checkers of which at least one must object."""

    what: str
    scenario: Scenario
    caught_by: tuple[str, ...]


def _short(name: str, seconds: float = 8, fault: str = "") -> Scenario:
    """A calm start, then the fault to the end."""
    phases = [Phase("calm", seconds)]
    if fault:
        phases = [Phase("calm", 3), Phase("fault", seconds, fault)]
    return SCENARIOS["calm"]._replace(name=name, phases=phases, people=10, limits=LIMITS)


LIMITS = Limits(stale={"calm": 2.5}, delivery_p99={"fault": REDIS_AWAY}, tracebacks=True)
RESTLESS = {"reconnect": 60}
WITH_FILES = {"send_file": 20, "delete_everyone": 20}

BUGS = {
    "m1": Bug(
        "positions from a sequence instead of a locked counter",
        _short("m1")._replace(webs=2),
        ("C3 gapless", "C8 converge"),
    ),
    "m2": Bug(
        "the answer before the commit",
        _short("m2", fault="postgres_terminate"),
        ("C1 set", "C2 unique"),
    ),
    "m3": Bug("a repeated client_id is stored again", _short("m3"), ("C2 unique",)),
    "m4": Bug(
        "hints only, missed updates are never read", _short("m4"), ("C3 gapless", "C8 converge")
    ),
    "m5": Bug(
        "the head is read before the hub listens",
        _short("m5", seconds=30)._replace(rate=6, mix=RESTLESS),
        ("C11 latency", "C8 converge"),
    ),
    "m6": Bug(
        "users are locked in no order",
        _short("m6")._replace(webs=2, people=6, rate=120),
        ("C14 bounds",),
    ),
    "m8": Bug(
        "heads are never compared, and Redis is killed",
        _short("m8", fault="redis_kill", seconds=10)._replace(webs=2),
        ("C11 latency", "C8 converge"),
    ),
    "m11": Bug(
        "a repeat gives no hint and heads are never compared",
        _short("m11", fault="commit_cut")._replace(nemesis=Proxied, rate=15),
        ("C11 latency", "C8 converge"),
    ),
    "m12": Bug("a deleted message keeps its text", _short("m12"), ("C13 deleted",)),
    "m13": Bug(
        "a deleted message leaves its file",
        _short("m13")._replace(mix=WITH_FILES),
        ("C15 files",),
    ),
    "m14": Bug(
        "what is not to be forwarded is",
        _short("m14")._replace(mix={"send_private": 20, "forward": 20}),
        ("C12 privacy",),
    ),
}


def run_planted(name: str, directory: Path, seed: int) -> tuple[Run, list[str]]:
    """The run against the broken server, and the checkers that objected."""
    application = f"tests.faults.planted.{name}:application"
    run = asyncio.run(Rig(BUGS[name].scenario, directory / name, seed, application).run())
    return run, [checker for checker, found in check(run).items() if found]


def show(names: list[str], directory: Path, seed: int) -> int:
    """Print which checker caught which bug; 0 when all were caught."""
    missed = 0
    for name in names or list(BUGS):
        bug = BUGS[name]
        run, objecting = run_planted(name, directory, seed)
        caught = [checker for checker in bug.caught_by if checker in objecting]
        missed += not caught
        verdict = f"caught by {', '.join(caught)}" if caught else "NOT CAUGHT"
        others = ", ".join(sorted(set(objecting) - set(caught)))
        also = f" (also {others})" if others else ""
        print(f"{name.upper():5}{bug.what:58}{verdict}{also}", flush=True)
        del run
    return int(missed > 0)
