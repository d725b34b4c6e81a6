"""After a leader was lost, or a web process took its leave (C17)."""

from __future__ import annotations

import math

from tests.faults.checkers.run import PROMOTED, Run, Violation
from tests.faults.history import Event

OPERATIONS = ("send", "forward", "edit", "delete", "read", "delivered", "react", "tag", "reuse")


def pauses(run: Run) -> list[float]:
    """Seconds from each promotion to the next answer to a send."""
    answers = [e.m for e in run.of("send", type="ok")]
    promotions = [e.m for e in run.of("fault") if e.kind == PROMOTED]
    return [next((a for a in answers if a > m), math.inf) - m for m in promotions]


def returns(run: Run) -> list[float]:
    """Seconds from each goodbye for a restart until a socket of that device was up to date."""
    goodbyes = [e for e in run.of("close", type="ok") if _reason(e) == "restart"]
    synced = run.of("synced")
    again = [
        next((s.m for s in synced if s.dev == e.dev and s.m > e.m), math.inf) for e in goodbyes
    ]
    return [m - e.m for e, m in zip(goodbyes, again, strict=True)]


def _reason(close: Event) -> str:
    return str((close.data["bye"] or {}).get("reason"))


def seen(run: Run) -> set[str]:
    """What operations were told, when it was no answer: errors that pass, or nothing at all."""
    return {str(e.data) for e in run.of(*OPERATIONS, type="info")}


def epochs(run: Run) -> set[str]:
    return {e.epoch for e in run.of("hello", type="ok")}


def c17_failover(run: Run) -> list[Violation]:
    """Answers come soon after a promotion and sockets soon after a goodbye, meanwhile clients see
    what they may, and the epoch changes exactly when something was lost."""
    limits = run.limits
    found = [
        Violation(f"the first answer came {pause:.1f} s after the promotion")
        for pause in pauses(run)
        if pause > limits.pause
    ]
    found += [
        Violation(f"a socket was back {seconds:.1f} s after its goodbye")
        for seconds in returns(run)
        if seconds > limits.back
    ]
    if limits.sees is not None and (other := seen(run) - set(limits.sees)):
        found.append(Violation(f"clients saw {sorted(other)}"))
    if limits.epochs and (count := len(epochs(run))) != limits.epochs:
        found.append(Violation(f"there were {count} epochs, not {limits.epochs}"))
    return found
