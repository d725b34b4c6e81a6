"""The tables that a run prints."""

from __future__ import annotations

from tests.faults.checkers.bounds import Figures, figures
from tests.faults.checkers.failover import pauses, returns
from tests.faults.checkers.run import Run, Violation

HEAD = (
    f"{'scenario':19}{'phase':20}{'sends':>6}  {'ack p50':>8}{'p99':>8}{'max':>8}"
    f"  {'recv p50':>8}{'p99':>8}{'max':>8}  {'outage':>7}{'stale':>7}"
)


def _milliseconds(values: tuple[float, float, float], width: int = 8) -> str:
    return "".join(f"{value * 1000:>{width}.0f}" for value in values)


def _line(scenario: str, row: Figures) -> str:
    return (
        f"{scenario:19}{row.phase:20}{row.sends:>6}  {_milliseconds(row.ack)}"
        f"  {_milliseconds(row.delivery)}  {row.outage:>6.1f}s{row.stale:>6.1f}s"
    )


def table(scenario: str, run: Run) -> str:
    """One line per phase; times in milliseconds, `outage` the longest time without an
    answer, `stale` the longest for which a connected device missed an acked message."""
    return "\n".join(_line(scenario, row) for row in figures(run) if row.sends)


def totals(run: Run) -> str:
    """How much was done and what the devices went through."""
    acked = {e.cid for e in run.of("send", type="ok")}
    stored = sum(len(rows) for rows in run.truth.rows.values())
    connections = len(run.of("hello", type="ok"))
    retries = len(run.of("send", type="retry"))
    received = len(run.of("recv"))
    return (
        f"{len(acked)} sends acked, {stored} stored, {retries} repeated; {received} updates over"
        f" {connections} connections of {len(run.devices)} devices; {len(run.of('fault'))} faults"
        + _failovers(run)
        + (f"; {len(uploads)} files uploaded" if (uploads := run.of("upload", type="ok")) else "")
    )


def _failovers(run: Run) -> str:
    """How long it took, and what was lost."""
    text = "".join(f"; {pause:.1f} s from promotion to answer" for pause in pauses(run))
    if back := returns(run):
        text += f"; {len(back)} sockets back within {max(back):.1f} s of a goodbye"
    if run.limits.epochs > 1:
        stored = {row.client_id for rows in run.truth.rows.values() for row in rows}
        lost = {e.cid for e in run.of("send", type="ok")} - stored
        text += f"; {len(lost)} acked sends lost with the tail"
    return text


def verdict(found: dict[str, list[Violation]], most: int = 5) -> str:
    """The checkers that object, with their first violations."""
    bad = {name: violations for name, violations in found.items() if violations}
    if not bad:
        return f"all {len(found)} checkers are content"
    lines = []
    for name, violations in bad.items():
        lines.append(f"{name}: {len(violations)} violations")
        lines += [f"    {violation.detail}" for violation in violations[:most]]
    return "\n".join(lines)
