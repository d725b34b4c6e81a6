"""What devices hold in the end, unread counts and marks (C8, C9, C10)."""

from __future__ import annotations

from typing import Any

from tests.faults.checkers.run import Run, UserTruth, Violation
from tests.faults.folding import State
from tests.faults.history import Event

Json = dict[str, Any]

# `updated_at` is told by no update of its own; presence comes by signals.
UNFOLDED = {"updated_at", "peer"}


def c8_converge(run: Run) -> list[Violation]:
    """Each device's folded state equals a fresh snapshot of its user."""
    late = [Violation(f"{dev} was not up to date in the end") for dev in run.late]
    return late + [
        Violation(f"{dev} (user {state.user}): {difference}")
        for dev, state in run.devices.items()
        for difference in differences(state, run.truth.users[state.user])
    ]


def differences(state: State, truth: UserTruth) -> list[str]:
    found = []
    if (state.epoch, state.pts) != (truth.epoch, truth.pts):
        found.append(f"stands at {state.epoch} {state.pts}, truth {truth.epoch} {truth.pts}")
    for chat in state.chats.keys() | truth.chats.keys():
        held, fresh = state.chats.get(chat), truth.chats.get(chat)
        if held is None or fresh is None:
            found.append(f"chat {chat} is {'missing' if held is None else 'held and gone'}")
        else:
            found += [f"chat {chat} {change}" for change in changed(held, fresh, UNFOLDED)]
    for chat in state.messages.keys() | truth.messages.keys():
        found += _message_differences(chat, state, truth)
    return found


def _message_differences(chat: str, state: State, truth: UserTruth) -> list[str]:
    held, fresh = state.messages.get(chat, {}), truth.messages.get(chat, {})
    since = state.since.get(chat, 0)
    missing = [number for number in fresh if number > since and number not in held]
    found = [f"message {chat}/{number} is missing" for number in missing]
    found += [f"message {chat}/{number} is held and gone" for number in held if number not in fresh]
    return found + [
        f"message {chat}/{number} {change}"
        for number in held.keys() & fresh.keys()
        for change in changed(held[number], fresh[number], set())
    ]


def changed(held: Json, fresh: Json, without: set[str]) -> list[str]:
    """The members that differ, with both values."""
    return [
        f"{name}: held {held.get(name)!r:.120}, fresh {fresh.get(name)!r:.120}"
        for name in sorted(held.keys() | fresh.keys())
        if name not in without and held.get(name) != fresh.get(name)
    ]


def c9_unread(run: Run) -> list[Violation]:
    """Each unread count, the server's and each device's, equals a count over the history; and the
    badge equals the number of chats that have unread messages."""
    found = []
    for user, truth in run.truth.users.items():
        counted = {chat: _count(user, chat, truth) for chat in truth.chats}
        for chat, count in counted.items():
            if (told := truth.chats[chat]["unread_count"]) != count:
                found.append(Violation(f"user {user}, chat {chat}: {told} unread, counted {count}"))
        if truth.chats_unread != (badge := sum(count > 0 for count in counted.values())):
            found.append(Violation(f"user {user}: badge {truth.chats_unread}, counted {badge}"))
        found += [
            Violation(f"{dev}, chat {chat}: {held['unread_count']} unread, counted {counted[chat]}")
            for dev, state in run.devices.items()
            for chat, held in state.chats.items()
            if state.user == user and chat in counted and held["unread_count"] != counted[chat]
        ]
    return found


def _count(user: str, chat: str, truth: UserTruth) -> int:
    read = truth.chats[chat]["marks"]["me"]["read"]
    messages = truth.messages.get(chat, {}).values()
    return sum(m["sender"] != user and m["number"] > read and not m["deleted"] for m in messages)


Marks = dict[str, int]


Floors = dict[tuple[str, str], Marks]


def c10_marks(run: Run) -> list[Violation]:
    """Marks never go back, neither along a connection nor from an answer to a later snapshot, and
    never pass the last number."""
    return _along_connections(run) + _after_answers(run)


def _along_connections(run: Run) -> list[Violation]:
    found = []
    along: Floors = {}
    for e in run.of("recv"):
        if e.kind == "chat.updated":
            marks = _marks(e.data["me"], e.data["peer"])
            found += _fallen(e, e.chat, along.get((e.conn, e.chat), {}), marks, e.data)
            along[e.conn, e.chat] = marks
    return found


def _after_answers(run: Run) -> list[Violation]:
    found = []
    answered: Floors = {}
    floors: dict[str, Floors] = {}
    for e in run.of("read", "delivered", "snapshot"):
        if e.f == "snapshot" and e.type == "invoke":
            floors[e.dev] = {key: dict(marks) for key, marks in answered.items()}
        elif e.f == "snapshot" and e.type == "ok":
            for row in e.data:
                floor = floors[e.dev].get((e.user, row["chat"]), {})
                found += _fallen(e, row["chat"], floor, _marks(row["me"], row["peer"]), row)
        elif e.type == "ok":
            _raise(answered.setdefault((e.user, e.chat), {}), _answer(run, e))
    return found


def _answer(run: Run, e: Event) -> Marks:
    """What an answer promises. A mark on a message that its reader sees cannot be clamped."""
    marks = _marks(e.data["marks"]["me"], e.data["marks"]["peer"])
    if e.number in run.truth.users[e.user].messages.get(e.chat, {}):
        marks[f"me.{e.f}"] = max(marks[f"me.{e.f}"], e.number)
    return marks


def _raise(floor: Marks, marks: Marks) -> None:
    for name, mark in marks.items():
        floor[name] = max(mark, floor.get(name, 0))


def _marks(me: Json, peer: Json) -> Marks:
    sides = {"me": me, "peer": peer}
    return {f"{s}.{n}": mark or 0 for s, marks in sides.items() for n, mark in marks.items()}


def _fallen(e: Event, chat: str, before: Marks, now: Marks, row: Json) -> list[Violation]:
    last = row["last_number"]
    where = f"{e.dev} {e.f} {e.pts}, chat {chat}"
    return [
        Violation(f"{where}: {name} is {now[name]} after {mark}")
        for name, mark in before.items()
        if now[name] < mark
    ] + [
        Violation(f"{where}: {name} is {mark} past {last}")
        for name, mark in now.items()
        if mark > last
    ]
