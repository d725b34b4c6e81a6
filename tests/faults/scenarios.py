"""The scenarios: which faults in which phases, and what must hold meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from project.embedded import Engines
from tests.faults.checkers.run import Limits
from tests.faults.nemesis import Nemesis, Proxied


class Phase(NamedTuple):
    """`fault` names a method of the nemesis; none is calm."""

    name: str
    seconds: float
    fault: str = ""


class Scenario(NamedTuple):
    """`mix` changes the weights of the workload's operations; `worked`: with a worker and a
    store; `engines` and `nemesis`: what is broken, and by whom."""

    name: str
    phases: list[Phase]
    limits: Limits
    webs: int = 1
    people: int = 20
    rate: float = 60.0
    mix: dict[str, int] = {}
    worked: bool = False
    engines: Callable[[Path], Engines] = Engines
    nemesis: type[Nemesis] = Nemesis


REDIS_AWAY = 1.5
"""Seconds, p99: how late a message may be while Redis carries no hints."""


CALM = Limits(stale={"calm": 2.5}, delivery_p99={"calm": 1.0}, ack_p99={"calm": 1.0})


def one_fault(
    fault: str, seconds: float = 12.0, delivery: float = 0.0, webs: int = 1, proxied: bool = False
) -> Scenario:
    """Calm, the fault, calm again."""
    phases = [Phase("calm", 4), Phase("fault", seconds, fault), Phase("healed", 5)]
    limits = Limits(stale=dict(CALM.stale), delivery_p99={"fault": delivery} if delivery else {})
    limits.tracebacks = "postgres" in fault or fault in ("commit_cut", "combined")
    name, nemesis = fault.replace("_", "-"), Proxied if proxied else Nemesis
    return Scenario(name, phases, limits, webs, nemesis=nemesis)


UPLOADING = {"upload": 60, "send_file": 0, "delete_everyone": 20, "forward": 12, "delete_me": 6}
"""Of a few others: what is sent is deleted again half of the time."""


SCENARIOS = {
    scenario.name: scenario
    for scenario in [
        Scenario("calm", [Phase("calm", 15)], CALM),
        Scenario("two-processes", [Phase("calm", 15)], CALM, webs=2),
        one_fault("web_kill", webs=2),
        one_fault("web_pause", webs=2),
        one_fault("redis_kill", delivery=REDIS_AWAY, webs=2)._replace(name="redis-down"),
        one_fault("redis_stall", delivery=REDIS_AWAY, webs=2),
        one_fault("redis_flush", delivery=REDIS_AWAY, webs=2),
        one_fault("redis_lies", delivery=REDIS_AWAY, webs=2),
        one_fault("postgres_immediate", seconds=16),
        one_fault("postgres_terminate"),
        one_fault("commit_cut", proxied=True),
        one_fault("postgres_silent", seconds=16, proxied=True),
        one_fault("redis_silent", delivery=REDIS_AWAY, webs=2, proxied=True),
        one_fault("new_epoch", seconds=5),
        one_fault("combined", seconds=42, webs=2),
        one_fault("files", seconds=24, webs=2)._replace(
            worked=True, people=8, rate=12.0, mix=UPLOADING
        ),
    ]
}

SHORT = Scenario(
    "short",
    [
        Phase("calm", 5),
        Phase("web-kill", 6, "web_kill"),
        Phase("redis-down", 6, "redis_kill"),
        Phase("postgres-immediate", 8, "postgres_immediate"),
        Phase("healed", 3),
    ],
    Limits(tracebacks=True),
    webs=2,
    people=8,
    rate=40.0,
)
