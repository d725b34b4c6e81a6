"""The checkers: each takes a finished run and returns what is wrong with it.

All work offline, from the history, the devices' last states and one final read of the truth.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.faults.checkers import bounds, bytes, delivery, failover, leaks, order, states
from tests.faults.checkers.run import Run, Violation

CHECKERS: dict[str, Callable[[Run], list[Violation]]] = {
    "C1 set": delivery.c1_set,
    "C2 unique": delivery.c2_unique,
    "C3 gapless": order.c3_gapless,
    "C4 agree": delivery.c4_agree,
    "C5 realtime": order.c5_realtime,
    "C6 fifo": order.c6_fifo,
    "C7 phantom": delivery.c7_phantom,
    "C8 converge": states.c8_converge,
    "C9 unread": states.c9_unread,
    "C10 marks": states.c10_marks,
    "C11 latency": bounds.c11_latency,
    "C12 privacy": leaks.c12_privacy,
    "C13 deleted": leaks.c13_deleted,
    "C14 bounds": bounds.c14_bounds,
    "C15 files": leaks.c15_files,
    "C16 bytes": bytes.c16_bytes,
    "C17 failover": failover.c17_failover,
}
SPOILT_BY_LOSS = {
    "C2 unique",
    "C4 agree",
    "C5 realtime",
    "C6 fifo",
    "C10 marks",
    "C13 deleted",
}
"""What cannot hold over a failover that takes back what was answered."""


def check(run: Run) -> dict[str, list[Violation]]:
    """The violations by checker; empty lists are good."""
    without = SPOILT_BY_LOSS if run.limits.epochs > 1 else ()
    return {name: checker(run) for name, checker in CHECKERS.items() if name not in without}
