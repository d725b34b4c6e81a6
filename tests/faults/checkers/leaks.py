"""Nobody is told what is not theirs, what is deleted stays deleted, and files go with the last
message that holds them (C12, C13, C15)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.checkers.run import Run, Violation
from tests.faults.history import Event


def c12_privacy(run: Run) -> list[Violation]:
    """No device is told of a chat that its user is not in, and nothing is forwarded that its sender
    wanted to stay where it is."""
    found = _taken_along(run) + [
        Violation(f"{e.dev} (user {e.user}) was told of chat {chat} by {e.f} {e.pts}")
        for e in run.of("recv", "snapshot", type="ok")
        for chat in ([e.chat] if e.f == "recv" else [row["chat"] for row in e.data])
        if chat and e.user not in run.chats.get(chat, ())
    ]
    return found + [
        Violation(f"user {user} reads chat {chat}")
        for user, truth in run.truth.users.items()
        for chat in truth.chats
        if user not in run.chats.get(chat, ())
    ]


def _taken_along(run: Run) -> list[Violation]:
    staying = {
        f"{chat}/{row.number}"
        for chat, rows in run.truth.rows.items()
        for row in rows
        if row.no_forward
    }
    return [
        Violation(f"{e.kind} is not to be forwarded, and was as {e.cid}")
        for e in run.of("forward", type="ok")
        if e.kind in staying
    ]


def c15_files(run: Run) -> list[Violation]:
    """What a message holds is there; what none holds any more is gone; a tombstone holds none."""
    rows = [(chat, row) for chat, rows in run.truth.rows.items() for row in rows if row.file]
    held = {row.file for _, row in rows}
    return (
        [
            Violation(f"{chat}/{row.number} is deleted and holds file {row.file}")
            for chat, row in rows
            if row.deleted
        ]
        + [
            Violation(f"{chat}/{row.number} holds file {row.file}, which is not there")
            for chat, row in rows
            if row.file not in run.truth.files
        ]
        + [
            Violation(f"file {file} is still there and no message holds it any more")
            for file, used in run.truth.files.items()
            if used and file not in held
        ]
    )


def c13_deleted(run: Run) -> list[Violation]:
    """After a deletion for everyone is acked, nothing asked for later shows any of the message's
    texts: no connection opened later, none that has told of the deletion, no later read."""
    deleted = {
        (e.chat, e.number): e.m
        for e in reversed(run.of("delete", type="ok"))
        if e.kind == "everyone"
    }
    told: set[tuple[str, str, int]] = set()
    found = []
    for e, asked, (chat, number, h, gone) in _sightings(run):
        place = (chat, number)
        if gone:
            told.add((e.conn, *place))
        elif h and place in deleted and (asked > deleted[place] or (e.conn, *place) in told):
            found.append(
                Violation(f"{e.dev} saw {chat}/{number} by {e.f} {e.pts} after its deletion")
            )
    return found + _kept(run, set(deleted))


Sighting = tuple[Event, float, tuple[str, int, str, bool]]


def _sightings(run: Run) -> Iterator[Sighting]:
    """Every showing of a message, with the time when it was asked for."""
    asked: dict[str, float] = {}
    for e in run.of("hello", "recv", "snapshot", "history"):
        key = e.conn or f"{e.dev} {e.f} {e.chat}"
        if e.type == "invoke":
            asked[key] = e.m
        elif e.f == "recv" and e.number:
            everyone = e.deleted and (e.data or {}).get("for") != "me"
            yield e, asked.get(e.conn, 0), (e.chat, e.number, e.h, everyone)
        elif e.type == "ok" and e.f in ("snapshot", "history"):
            for chat, row in _rows(e):
                number, _, h, gone = row
                yield e, asked.get(key, 0), (chat, number, h, gone)


def _rows(e: Event) -> Iterator[tuple[str, list]]:  # type: ignore[type-arg]
    if e.f == "history":
        yield from ((e.chat, row) for row in e.data)
    else:
        yield from ((row["chat"], row["last"]) for row in e.data if row["last"])


def _kept(run: Run, deleted: set[tuple[str, int]]) -> list[Violation]:
    """Texts that are still in the final truth, on the wire or in the database."""
    found = [
        Violation(f"{chat}/{row.number} is deleted and its text of {row.size} is still stored")
        for chat, rows in run.truth.rows.items()
        for row in rows
        if (chat, row.number) in deleted and (row.size or not row.deleted)
    ]
    return found + [
        Violation(f"user {user} still reads {chat}/{number}")
        for user, truth in run.truth.users.items()
        for chat, messages in truth.messages.items()
        for number, message in messages.items()
        if (chat, number) in deleted and (message["text"] or not message["deleted"])
    ]
