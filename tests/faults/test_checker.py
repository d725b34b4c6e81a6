"""Each checker objects to a bad history and is content with the good one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.checkers import CHECKERS, check
from tests.faults.checkers.run import Files, Limits, Row, Run, Truth, UserTruth
from tests.faults.folding import State
from tests.faults.history import Event

Json = dict[str, Any]


def message(number: int = 1, **changes: Any) -> Json:
    plain = {"chat": "c", "number": number, "client_id": f"k{number}", "sender": "a"}
    return plain | {"text": f"t{number}", "deleted": False, **changes}


def chat(user: str, **changes: Any) -> Json:
    mine, other = ({"delivered": 2, "read": 2}, {"delivered": 0, "read": 0})
    marks = {"me": mine, "peer": other} if user == "a" else {"me": other, "peer": mine}
    plain = {"id": "c", "last_number": 2, "last_message": message(2), "cleared_number": 0}
    return plain | {"marks": marks, "unread_count": 0 if user == "a" else 2, **changes}


def held(user: str) -> dict[int, Json]:
    return {1: message(1), 2: message(2)}


class Story:
    """A history that is written line by line, a tenth of a second apart."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, f: str, type: str, dev: str = "", **fields: Any) -> None:
        m = len(self.events) / 10
        user = dev[:1]
        self.events.append(Event(m=m, t=m, f=f, type=type, dev=dev, user=user, **fields))

    def hello(self, dev: str, conn: str, at: int = 0, head: int = 0) -> None:
        self.add("hello", "invoke", dev, conn=conn, pts=at)
        data = {"from": at, "resumed": True}
        self.add("hello", "ok", dev, conn=conn, pts=head, epoch="e", data=data)

    def sent(self, number: int) -> None:
        fields = {"cid": f"k{number}", "chat": "c", "h": f"h{number}", "conn": "a1.1"}
        self.add("send", "invoke", "a1", **fields)
        self.add("send", "ok", "a1", number=number, **fields)

    def received(self, dev: str, conn: str, pts: int, number: int) -> None:
        place = {"chat": "c", "number": number, "cid": f"k{number}", "h": f"h{number}"}
        self.add("recv", "ok", dev, conn=conn, pts=pts, kind="message.created", **place)


def good() -> Run:
    """a sends two messages; b has one device that hears of both and has read none."""
    story = Story()
    story.add("phase", "ok", kind="calm")
    for dev in ("a1", "b1"):
        story.hello(dev, f"{dev}.1")
        story.add("synced", "ok", dev, conn=f"{dev}.1")
    for number in (1, 2):
        story.sent(number)
        story.received("a1", "a1.1", number, number)
        story.received("b1", "b1.1", number, number)
    users = {
        user: UserTruth("e", 2, {"c": chat(user)}, {"c": held(user)}, int(user == "b"))
        for user in "ab"
    }
    rows = [Row(n, f"k{n}", "a", False, 2, []) for n in (1, 2)]
    devices = {
        f"{user}1": State(user, "e", 2, {"c": chat(user)}, {"c": held(user)}) for user in "ab"
    }
    logs = dict.fromkeys("ab", (0, 2, 2, 2))
    truth = Truth(users, {"c": rows}, logs)
    return Run(story.events, devices, truth, {"c": ("a", "b")}, Limits(stale={"calm": 1.0}))


def test_a_good_run_contents_every_checker() -> None:
    assert not any(check(good()).values())


def add(run: Run, f: str, type: str, dev: str, **fields: Any) -> None:
    story = Story()
    story.events = run.events
    story.add(f, type, dev, **fields)


def lose_a_message(run: Run) -> None:
    run.truth.rows["c"].pop()


def hide_a_message(run: Run) -> None:
    del run.truth.users["b"].messages["c"][2]


def store_twice(run: Run) -> None:
    run.truth.rows["c"].append(Row(3, "k2", "a", False, 2, []))


def accept_other_text(run: Run) -> None:
    add(run, "reuse", "ok", "a1", cid="k1", chat="c", number=1)


def skip_an_update(run: Run) -> None:
    run.events = [e for e in run.events if not (e.f == "recv" and e.conn == "b1.1" and e.pts == 1)]


def prune_without_floor(run: Run) -> None:
    run.truth.logs["b"] = (0, 2, 1, 2)


def leave_a_hole(run: Run) -> None:
    run.truth.rows["c"][1] = Row(3, "k2", "a", False, 2, [])


def tell_two_stories(run: Run) -> None:
    add(run, "hello", "ok", "b2", conn="b2.1", epoch="e", data={"from": 1, "resumed": True})
    add(run, "recv", "ok", "b2", conn="b2.1", pts=2, kind="message.created", chat="c", number=1)


def swap_numbers(run: Run) -> None:
    for e in run.events:
        e.number = {1: 2, 2: 1}.get(e.number, 0)
    run.truth.rows["c"] = [Row(3 - r.number, *r[1:]) for r in run.truth.rows["c"]]


def invent(run: Run) -> None:
    fields = {"chat": "c", "number": 3, "cid": "nobody", "kind": "message.created"}
    add(run, "recv", "ok", "b1", conn="b1.1", pts=3, **fields)


def change_sender(run: Run) -> None:
    run.truth.rows["c"][0] = Row(1, "k1", "b", False, 2, [])


def forget_in_device(run: Run) -> None:
    del run.devices["b1"].messages["c"][1]


def old_text_in_device(run: Run) -> None:
    run.devices["b1"].messages["c"][1]["text"] = "old"


def miscount(run: Run) -> None:
    run.truth.users["b"].chats["c"]["unread_count"] = 1


def wrong_badge(run: Run) -> None:
    run.truth.users["b"] = UserTruth("e", 2, {"c": chat("b")}, {"c": held("b")}, 0)


def fall_back(run: Run) -> None:
    answer = {"marks": {"me": {"delivered": 2, "read": 2}, "peer": {"delivered": 2, "read": 2}}}
    add(run, "read", "ok", "b1", chat="c", number=2, data=answer)
    add(run, "snapshot", "invoke", "b1")
    low = {"delivered": 2, "read": 1}
    row = {"chat": "c", "last_number": 2, "me": low, "peer": {"delivered": 2, "read": 2}}
    add(run, "snapshot", "ok", "b1", data=[row | {"last": None}])


def mark_past_the_end(run: Run) -> None:
    marks = {"delivered": 3, "read": 0}
    data = {"chat": "c", "last_number": 2, "me": marks, "peer": marks, "last": None}
    add(run, "recv", "ok", "b1", conn="b1.1", pts=3, kind="chat.updated", chat="c", data=data)


def come_late(run: Run) -> None:
    run.events[-1].m += 2


def tell_a_stranger(run: Run) -> None:
    add(run, "recv", "ok", "x1", conn="x1.1", pts=1, kind="chat.updated", chat="c", data={})
    run.events[-1].kind = ""


def show_deleted(run: Run) -> None:
    add(run, "delete", "ok", "a1", chat="c", number=1, kind="everyone")
    add(run, "history", "invoke", "b1", chat="c")
    add(run, "history", "ok", "b1", chat="c", data=[[1, "k1", "h1", False]])


def keep_deleted(run: Run) -> None:
    add(run, "delete", "ok", "a1", chat="c", number=1, kind="everyone")


def forward_what_stays(run: Run) -> None:
    run.truth.rows["c"][0] = run.truth.rows["c"][0]._replace(no_forward=True)
    add(run, "forward", "ok", "b1", cid="f", chat="d", number=1, kind="c/1")


def keep_a_file(run: Run) -> None:
    run.truth.files["f"] = True


def miss_a_file(run: Run) -> None:
    run.truth.rows["c"][0] = run.truth.rows["c"][0]._replace(file="f")


def leave_a_file_in_a_tombstone(run: Run) -> None:
    run.truth.files["f"] = True
    run.truth.rows["c"][0] = run.truth.rows["c"][0]._replace(file="f", deleted=True)


def give_other_bytes(run: Run) -> None:
    add(run, "upload", "ok", "a1", kind="f", h="true")
    run.truth.store = Files(keys=["k"], objects=["content/k"], contents={"f": "status 404"})


def leave_bytes(run: Run) -> None:
    run.truth.store = Files(keys=["k"], objects=["content/k", "content/gone"], contents={})


def deadlock(run: Run) -> None:
    run.truth.deadlocks = 1


def trip(run: Run) -> None:
    run.logs["web1"] = "Traceback (most recent call last):\n"


def swap_fifo(run: Run) -> None:
    """Both were on their way at once, so only their socket orders them."""
    first, second = [e for e in run.events if e.f == "send" and e.type == "invoke"]
    second.m = first.m
    run.events.remove(second)
    run.events.insert(run.events.index(first) + 1, second)
    swap_numbers(run)


def say_nothing_for_a_while(run: Run) -> None:
    run.limits.outage = {"calm": 0.2}


def say_nothing_from_the_start(run: Run) -> None:
    """Of the phase there is one answer, at its end: there is no pause between two."""
    run.limits.outage = {"calm": 0.01}
    for answer in [e for e in run.events if e.f == "send" and e.type == "ok"][:-1]:
        run.events.remove(answer)


def answer_late_after_a_promotion(run: Run) -> None:
    run.limits.pause = 3
    add(run, "fault", "ok", "", kind="promoted")


def come_back_late(run: Run) -> None:
    run.limits.back = 0.15
    bye = {"code": 1012, "bye": {"code": 1012, "reason": "restart"}}
    add(run, "close", "ok", "b1", conn="b1.1", data=bye)
    add(run, "synced", "ok", "c1", conn="c1.2", pts=2)
    add(run, "synced", "ok", "b1", conn="b1.2", pts=2)


def show_more_than_unavailable(run: Run) -> None:
    run.limits.sees = ["unavailable"]
    add(run, "send", "info", "a1", cid="k1", data="TimeoutError()")


def reset_for_nothing(run: Run) -> None:
    run.limits.epochs = 1
    add(run, "hello", "ok", "b1", conn="b1.2", epoch="other", data={"from": 0, "resumed": True})


BAD: list[tuple[str, Callable[[Run], None]]] = [
    ("C1 set", lose_a_message),
    ("C1 set", hide_a_message),
    ("C2 unique", store_twice),
    ("C2 unique", accept_other_text),
    ("C3 gapless", skip_an_update),
    ("C3 gapless", prune_without_floor),
    ("C3 gapless", leave_a_hole),
    ("C4 agree", tell_two_stories),
    ("C5 realtime", swap_numbers),
    ("C6 fifo", swap_fifo),
    ("C7 phantom", invent),
    ("C7 phantom", change_sender),
    ("C8 converge", forget_in_device),
    ("C8 converge", old_text_in_device),
    ("C9 unread", miscount),
    ("C9 unread", wrong_badge),
    ("C10 marks", fall_back),
    ("C10 marks", mark_past_the_end),
    ("C11 latency", come_late),
    ("C12 privacy", tell_a_stranger),
    ("C13 deleted", show_deleted),
    ("C13 deleted", keep_deleted),
    ("C14 bounds", deadlock),
    ("C14 bounds", trip),
    ("C12 privacy", forward_what_stays),
    ("C15 files", keep_a_file),
    ("C15 files", miss_a_file),
    ("C15 files", leave_a_file_in_a_tombstone),
    ("C16 bytes", give_other_bytes),
    ("C16 bytes", leave_bytes),
    ("C11 latency", say_nothing_for_a_while),
    ("C11 latency", say_nothing_from_the_start),
    ("C17 failover", answer_late_after_a_promotion),
    ("C17 failover", come_back_late),
    ("C17 failover", show_more_than_unavailable),
    ("C17 failover", reset_for_nothing),
]


@pytest.mark.parametrize(
    ("checker", "spoil"), BAD, ids=lambda value: getattr(value, "__name__", value)
)
def test_a_bad_run_is_objected_to(checker: str, spoil: Callable[[Run], None]) -> None:
    run = good()
    spoil(run)
    assert CHECKERS[checker](run)


def test_every_checker_can_fail() -> None:
    assert {checker for checker, _ in BAD} == set(CHECKERS)
