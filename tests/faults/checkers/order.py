"""Positions and numbers: without gaps, in the order of time and of each socket (C3, C5, C6)."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

from tests.faults.checkers.run import Run, Violation
from tests.faults.history import Event


def c3_gapless(run: Run) -> list[Violation]:
    """On each connection every update is the next one, from the cursor it resumed at; `synced`
    comes when the head is reached; and the stored logs and numbers have no hole."""
    at: dict[str, int] = {}
    heads: dict[str, int] = {}
    found = []
    for e in run.of("hello", "recv", "synced", type="ok"):
        if e.f == "hello":
            at[e.conn] = e.data["from"] if e.data["resumed"] else e.pts
            heads[e.conn] = e.pts
        elif e.f == "recv":
            if e.pts != at[e.conn] + 1:
                found.append(Violation(f"{e.conn} got {e.pts} after {at[e.conn]}"))
            at[e.conn] = e.pts
        elif not heads[e.conn] <= e.pts == at[e.conn]:
            found.append(Violation(f"{e.conn} synced at {e.pts}, head {heads[e.conn]}"))
    return found + _holes_in_logs(run) + _holes_in_chats(run)


def _holes_in_logs(run: Run) -> list[Violation]:
    return [
        Violation(
            f"the log of {user} has {count} updates up to {highest}, head {pts}, floor {floor}"
        )
        for user, (floor, pts, count, highest) in run.truth.logs.items()
        if not (count == pts - floor and highest in (pts, 0))
    ]


def _holes_in_chats(run: Run) -> list[Violation]:
    return [
        Violation(f"chat {chat} does not count 1, 2, 3 …")
        for chat, rows in run.truth.rows.items()
        if sorted(row.number for row in rows) != list(range(1, len(rows) + 1))
    ]


def _numbers(run: Run) -> dict[str, int]:
    return {row.client_id: row.number for rows in run.truth.rows.values() for row in rows}


def c5_realtime(run: Run) -> list[Violation]:
    """If one send was acked before another to that chat began, it has the smaller number."""
    numbers = _numbers(run)
    acked: dict[str, int] = defaultdict(int)
    begun: dict[str, int] = {}
    found = []
    for e in run.of("send"):
        if e.type == "ok":
            acked[e.chat] = max(acked[e.chat], e.number)
        elif e.cid not in begun:
            begun[e.cid] = acked[e.chat]
            number = numbers.get(e.cid)
            if number is not None and number <= begun[e.cid]:
                detail = f"{e.cid} has number {number}, begun after {begun[e.cid]} was acked"
                found.append(Violation(f"chat {e.chat}: {detail}"))
    return found


def c6_fifo(run: Run) -> list[Violation]:
    """Sends of one socket to one chat keep their order; those that were tried more than once, and
    those without a known answer, are left out."""
    sends = run.of("send")
    attempts = Counter(e.cid for e in sends if e.type in ("invoke", "retry"))
    acked = {e.cid: e.number for e in sends if e.type == "ok"}
    lanes: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for e in sends:
        if e.type == "invoke" and e.conn and attempts[e.cid] == 1 and e.cid in acked:
            lanes[e.conn, e.chat].append(e)
    return [
        Violation(f"{conn} sent {a.cid} before {b.cid}: {acked[a.cid]}, {acked[b.cid]}")
        for (conn, _), lane in lanes.items()
        for a, b in pairwise(lane)
        if acked[a.cid] >= acked[b.cid]
    ]
