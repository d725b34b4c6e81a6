"""How late, how long, how large (C11, C14)."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from tests.faults.checkers.run import Run, Violation
from tests.faults.history import Event

INTERNAL = "internal"


class Figures(NamedTuple):
    """Of one phase: sends begun; seconds at the median, 99th percentile and maximum from send to
    answer, and from send to the peer's first device if one was connected all the while; the longest
    time in which nothing was answered; the longest for which a device that was connected and up to
    date missed a message that was acked."""

    phase: str
    sends: int
    ack: tuple[float, float, float]
    delivery: tuple[float, float, float]
    outage: float
    stale: float


def quantiles(values: list[float]) -> tuple[float, float, float]:
    if not values:
        return 0.0, 0.0, 0.0
    values = sorted(values)
    last = len(values) - 1
    return values[last // 2], values[round(last * 0.99)], values[last]


def figures(run: Run) -> list[Figures]:
    """One row per phase, by the moment of the send."""
    phases = run.of("phase")
    ends = [e.m for e in phases[1:]] + [float("inf")]
    return [_of(run, e, end) for e, end in zip(phases, ends, strict=True)]


def _of(run: Run, phase: Event, end: float) -> Figures:
    begun = {e.cid: e for e in reversed(run.of("send", type="invoke")) if phase.m <= e.m < end}
    synced = {e.conn: e.m for e in run.of("synced")}
    acked: dict[str, float] = {}
    received: dict[str, float] = {}
    for e in run.of("send", "recv", type="ok"):
        first = begun.get(e.cid)
        if first is None:
            continue
        if e.f == "send":
            acked.setdefault(e.cid, e.m - first.m)
        elif (
            e.kind == "message.created"
            and e.user != first.user
            and synced.get(e.conn, math.inf) < first.m
        ):
            received.setdefault(e.cid, e.m - first.m)
    answers = [e.m for e in run.of("send", type="ok") if phase.m <= e.m < end]
    gaps = [b - a for a, b in pairwise([phase.m, *answers])]
    return Figures(
        phase.kind,
        len(begun),
        quantiles(list(acked.values())),
        quantiles(list(received.values())),
        max(gaps, default=0.0),
        max((late for m, late in _staleness(run) if phase.m <= m < end), default=0.0),
    )


def _staleness(run: Run) -> Iterator[tuple[float, float]]:
    """For each message told live: since when it was due, and how late it came."""
    acked: dict[str, float] = {}
    for e in run.of("send", type="ok"):
        acked.setdefault(e.cid, e.m)
    synced = {e.conn: e.m for e in run.of("synced")}
    for e in run.of("recv"):
        if e.kind == "message.created" and e.conn in synced and e.cid in acked:
            due = max(acked[e.cid], synced[e.conn])
            yield due, max(0.0, e.m - due)


def c11_latency(run: Run) -> list[Violation]:
    """In each phase, sends are answered and delivered within what is promised for it."""
    promises = {"ack": run.limits.ack_p99, "delivery": run.limits.delivery_p99}
    return (
        [
            Violation(
                f"{row.phase}: {name} p99 was {p99:.2f} s, promised {limits[row.phase]:.2f} s"
            )
            for row in figures(run)
            for name, limits in promises.items()
            if row.phase in limits and (p99 := getattr(row, name)[1]) > limits[row.phase]
        ]
        + [
            Violation(f"{row.phase}: a device missed an acked message for {row.stale:.2f} s")
            for row in figures(run)
            if row.stale > run.limits.stale.get(row.phase, math.inf)
        ]
        + [
            Violation(f"{row.phase}: nothing was answered for {row.outage:.1f} s")
            for row in figures(run)
            if row.outage > run.limits.outage.get(row.phase, math.inf)
        ]
    )


def c14_bounds(run: Run) -> list[Violation]:
    """No deadlock, no error of the server's own, no unbounded growth, no traceback in any log."""
    internal = [e for e in run.events if e.type in ("fail", "info") and e.data == INTERNAL]
    found = [Violation(f"{run.truth.deadlocks} deadlocks")] if run.truth.deadlocks else []
    if internal:
        by_kind: dict[str, int] = defaultdict(int)
        for e in internal:
            by_kind[e.f] += 1
        found.append(Violation(f"internal errors were answered: {dict(by_kind)}"))
    found += [
        Violation(f"{name} grew by {grown:.0f} MiB")
        for name, grown in run.grown_mib.items()
        if grown > run.limits.grown_mib
    ]
    if not run.limits.tracebacks:
        for name, text in run.logs.items():
            if count := _tracebacks(text):
                found.append(Violation(f"{count} tracebacks in the log of {name}"))
    return found


def _tracebacks(log: str) -> int:
    """Those of the server's own; channels_redis shows one whenever Redis goes."""
    entries = re.split(r"^(?=\d{4}-\d\d-\d\d |ERROR: )", log, flags=re.MULTILINE)
    own = [entry for entry in entries if " ERROR channels_redis." not in entry[:60]]
    return sum(entry.count("\nTraceback ") + entry.startswith("Traceback ") for entry in own)
