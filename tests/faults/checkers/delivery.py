"""Nothing lost, nothing twice, nothing invented, and all devices told the same (C1, C2, C4, C7)."""

from __future__ import annotations

from collections import defaultdict

from tests.faults.checkers.run import Run, Violation

Place = tuple[str, int]


def c1_set(run: Run) -> list[Violation]:
    """Every acknowledged send or forward is in the database, and whoever did not hide it still
    reads it."""
    stored = {
        (chat, row.number, row.client_id) for chat, rows in run.truth.rows.items() for row in rows
    }
    lost = [
        Violation(f"{e.cid} was acked as {e.chat}/{e.number} and is not stored")
        for e in run.of("send", "forward", type="ok")
        if e.m > run.kept_since and (e.chat, e.number, e.cid) not in stored
    ]
    return (
        lost
        + _unseen(run)
        + [
            Violation(f"{run.unfinished} operations had no answer in the end")
            for _ in range(run.unfinished > 0)
        ]
    )


def _unseen(run: Run) -> list[Violation]:
    """Stored messages that a participant cannot read, without having deleted them."""
    removed = {(e.user, e.chat, e.number) for e in run.of("delete") if e.kind == "me"}
    return [
        Violation(f"{chat}/{row.number} is stored and user {user} cannot read it")
        for chat, rows in run.truth.rows.items()
        for user in run.chats.get(chat, ())
        for row in rows
        if row.number not in run.truth.users[user].messages.get(chat, {})
        and (user, chat, row.number) not in removed
    ]


def c2_unique(run: Run) -> list[Violation]:
    """One client_id has one place and one place has one client_id, wherever either was seen."""
    places: dict[str, set[Place]] = defaultdict(set)
    owners: dict[Place, set[str]] = defaultdict(set)
    seen = [
        (e.cid, (e.chat, e.number)) for e in run.of("send", "forward", "recv", type="ok") if e.cid
    ]
    seen += [(row.client_id, (c, row.number)) for c, rows in run.truth.rows.items() for row in rows]
    for cid, place in seen:
        places[cid].add(place)
        owners[place].add(cid)
    reused = [
        Violation(f"{e.cid} was accepted again with another text")
        for e in run.of("reuse", type="ok")
    ]
    return (
        reused
        + [Violation(f"{cid} is at {sorted(at)}") for cid, at in places.items() if len(at) > 1]
        + [Violation(f"{at} holds {sorted(cids)}") for at, cids in owners.items() if len(cids) > 1]
    )


def c4_agree(run: Run) -> list[Violation]:
    """The same position tells every device of a user of the same object."""
    subjects: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    epochs = {e.conn: e.epoch for e in run.of("hello", type="ok")}
    for e in run.of("recv", type="ok"):
        identity = "" if e.chat else str((e.data or {}).get("id"))
        subject = f"{e.kind.split('.')[0]} {e.chat or identity} {e.number}"
        subjects[e.user, epochs.get(e.conn, ""), e.pts].add(subject)
    return [
        Violation(f"user {user} at {pts} was told of {sorted(told)}")
        for (user, _, pts), told in subjects.items()
        if len(told) > 1
    ]


def c7_phantom(run: Run) -> list[Violation]:
    """Whatever is received or stored was sent, by the one it is attributed to."""
    invoked = {e.cid: e.user for e in run.of("send", "forward", "reuse") if e.type != "ok"}
    unknown = {e.cid for e in run.of("recv", type="ok") if e.cid and e.cid not in invoked}
    stored = [(chat, row) for chat, rows in run.truth.rows.items() for row in rows]
    completions = defaultdict(set)
    for e in run.of("send", "forward"):
        completions[e.cid].add(e.type)
    refused = {
        cid for cid, types in completions.items() if "fail" in types and not types & {"ok", "info"}
    }
    return (
        [Violation(f"{cid} was received and never sent") for cid in sorted(unknown)]
        + [
            Violation(f"{row.client_id} in {chat} is attributed to {row.sender}")
            for chat, row in stored
            if invoked.get(row.client_id) != row.sender
        ]
        + [
            Violation(f"{row.client_id} was refused and is stored in {chat}")
            for chat, row in stored
            if row.client_id in refused
        ]
    )
