"""The scenarios of `python -m tests.faults ha`."""

from __future__ import annotations

from tests.faults.checkers.run import Limits
from tests.faults.ha.nemesis import OfPostgres, OfPostgresAlone, OfRedis, OfStack, OfWebs
from tests.faults.ha.nodes import Pair
from tests.faults.ha.sentinels import Trio
from tests.faults.ha.stack import Stack, missing
from tests.faults.scenarios import Phase, Scenario

STEADY = {"reconnect": 0}
"""Devices that cut their own sockets would see more than the servers show them."""
AFTER_SECONDS = 5.0
TTL = 20.0
"""Seconds, of `deploy/ha`, after which a leader that says nothing is none."""
PAUSE = 3.0
"""Seconds from a promotion to the next answer."""

SCENARIOS = {
    scenario.name: scenario._replace(people=10, rate=30.0, mix=STEADY)
    for scenario in [
        Scenario(
            "ha-synchronous",
            [
                Phase("calm", 5),
                Phase("killed", AFTER_SECONDS, "leader_killed"),
                Phase("frozen", AFTER_SECONDS, "leader_frozen"),
                Phase("silent", AFTER_SECONDS, "leader_silent"),
                Phase("healed", 5),
            ],
            Limits(tracebacks=True, pause=PAUSE, sees=["unavailable"], epochs=1),
            webs=2,
            engines=Pair,
            nemesis=OfPostgres,
        ),
        Scenario(
            "ha-asynchronous",
            [Phase("calm", 5), Phase("tail lost", 12, "tail_lost"), Phase("healed", 5)],
            Limits(tracebacks=True, pause=PAUSE, epochs=2),
            webs=2,
            engines=Pair,
            nemesis=OfPostgresAlone,
        ),
        Scenario(
            "ha-sentinels",
            [Phase("calm", 5), Phase("killed", 10, "master_killed"), Phase("healed", 5)],
            Limits(ack_p99={"killed": 0.2}, stale={"calm": 2.5, "killed": 2.0}, sees=[], epochs=1),
            webs=2,
            engines=Trio,
            nemesis=OfRedis,
        ),
        Scenario(
            "ha-stack",
            [
                Phase("calm", 8),
                Phase("switchover", 5, "switched_over"),
                Phase("machine killed", 5, "machine_killed"),
                Phase("machine frozen", 5, "machine_frozen"),
                Phase("healed", 5),
            ],
            Limits(
                tracebacks=True,
                epochs=1,
                outage={
                    "switchover": PAUSE,
                    "machine killed": TTL + PAUSE,
                    "machine frozen": TTL + PAUSE,
                },
            ),
            webs=2,
            engines=Stack,
            nemesis=OfStack,
        ),
        Scenario(
            "ha-drain",
            [Phase("calm", 5), Phase("drain", 6, "drained"), Phase("healed", 5)],
            Limits(back=5.0, epochs=1),
            webs=3,
            nemesis=OfWebs,
        ),
        Scenario(
            "ha-upgrade",
            [Phase("calm", 5), Phase("upgrade", 6, "replaced"), Phase("healed", 5)],
            Limits(back=5.0, epochs=1),
            webs=3,
            nemesis=OfWebs,
        ),
    ]
}


def here() -> list[str]:
    """The names of those that this machine has the programs for."""
    return [name for name, s in SCENARIOS.items() if s.engines is not Stack or not missing()]
