"""Going on from a position: nothing twice, nothing missing, and an honest reset."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from project.sync import log, threads
from project.sync.models import Head, Update
from tests.apart import apart
from tests.devices import FOLLOWING, Device, address, dialled, opened
from tests.people import Person


async def send_many(device: Device, chat: str, count: int) -> None:
    for start in range(0, count, 50):
        numbers = range(start, min(start + 50, count))
        for number in numbers:
            data = {"chat": chat, "client_id": secrets.token_hex(8), "text": str(number)}
            await device.raw(json.dumps({"type": "message.send", "id": "m", "data": data}))
        for _ in numbers:
            await device.frame("reply")


def told(device: Device) -> list[dict[str, Any]]:
    """The updates that are there already, without their envelope."""
    updates = [frame for frame in device.kept if frame["type"] == "update"]
    return [{key: frame[key] for key in ("pts", "kind", "data")} for frame in updates]


def by_rest(person: Person, epoch: str, pts: int, limit: int = 200) -> list[dict[str, Any]]:
    """All updates above `pts`, page by page."""
    updates: list[dict[str, Any]] = []
    while True:
        page = person.get("/updates", epoch=epoch, pts=pts, limit=limit)
        assert len(page["updates"]) <= limit
        updates += page["updates"]
        pts = page["pts"]
        if not page["more"]:
            return updates


def plain(updates: list[Any]) -> list[Any]:
    """Without those of the feed, which goes on in the background."""
    return [each for each in updates if not each["kind"].startswith(FOLLOWING)]


async def test_a_device_goes_on_exactly_where_it_was(alice: Person, bob: Person, chat: str) -> None:
    async with opened(bob) as device:
        alice.say(chat, "one")
        await device.update("message.created")
        epoch, pts = device.ready["epoch"], device.pts
    for text in ("two", "three"):
        alice.say(chat, text)
    async with opened(bob, epoch=epoch, pts=pts) as device:
        assert device.ready["resumed"] is True
        assert "reset" not in device.ready
        missed = told(device)
        positions = [update["pts"] for update in missed]
        assert positions == list(range(pts + 1, pts + 1 + len(missed)))
        assert [update["data"]["text"] for update in plain(missed)] == ["two", "three"]
        assert device.pts >= device.ready["pts"] >= pts + 2
        alice.say(chat, "four")
        for text in ("two", "three", "four"):
            assert (await device.update("message.created"))["text"] == text


async def test_nothing_missed_is_synced_at_once(alice: Person, chat: str) -> None:
    async with opened(alice) as device:
        epoch, pts = device.ready["epoch"], device.pts
    async with opened(alice, epoch=epoch, pts=pts) as device:
        assert told(device) == []
        assert (device.ready["resumed"], device.pts) == (True, pts)


async def test_pages_are_no_borders_and_rest_tells_the_same(
    alice: Person, bob: Person, chat: str
) -> None:
    async with opened(alice) as device:
        await send_many(device, chat, 450)
        epoch = device.ready["epoch"]
    alice.patch(f"/chats/{chat}/messages/3", {"text": "edited"})
    alice.delete(f"/chats/{chat}/messages/4", **{"for": "everyone"})
    async with opened(bob, epoch=epoch, pts=0) as device:
        live = told(device)
        assert device.pts == len(live)
    assert [update["pts"] for update in live] == list(range(1, len(live) + 1))
    assert len(live) > 450
    assert plain(live) == plain(by_rest(bob, epoch, 0)) == plain(by_rest(bob, epoch, 0, limit=7))
    texts = [u["data"]["text"] for u in live if u["kind"] == "message.created"]
    assert texts == ["0", "1", "edited", "", *map(str, range(4, 450))]


@pytest.mark.parametrize(
    ("epoch", "pts", "reason"),
    [
        ("0123456789abcdef", 0, "epoch"),
        ("", 0, "epoch"),
        ("é\x00", 0, "epoch"),
        (None, 99, "future"),
        (None, 2**62, "future"),
        (None, 10**30, "invalid"),
        (None, -1, "invalid"),
        (None, "x", "invalid"),
        (None, "1.0", "invalid"),
        (None, "١", "invalid"),
    ],
)
async def test_a_cursor_that_cannot_be_continued_is_reset(
    alice: Person, bob: Person, chat: str, epoch: str | None, pts: int | str, reason: str
) -> None:
    bob.say(chat, "hello")
    now = alice.get("/bootstrap")
    cursor = {"epoch": now["epoch"] if epoch is None else epoch, "pts": pts}
    async with opened(alice, **cursor) as device:
        head = {"epoch": now["epoch"], "pts": device.ready["pts"]}
        assert head["pts"] >= now["pts"]
        assert device.ready["reset"] == {"reason": reason, **head}
        assert device.ready["resumed"] is False
        assert told(device) == []
        bob.say(chat, "live all the same")
        assert (await device.update("message.created"))["text"] == "live all the same"
        assert device.pts > head["pts"]


async def test_half_a_cursor_is_reset(alice: Person) -> None:
    epoch = alice.get("/bootstrap")["epoch"]
    async with opened(alice, epoch=epoch) as device:
        assert device.ready["reset"]["reason"] == "invalid"
    async with opened(alice, pts=0) as device:
        assert device.ready["reset"]["reason"] == "epoch"


async def test_a_log_that_was_pruned_says_so(alice: Person, bob: Person, chat: str) -> None:
    for number in range(8):
        alice.say(chat, str(number))
    now = bob.get("/bootstrap")
    await threads.run(log.cut, int(bob.id), now["pts"] - 3)
    floor = now["pts"] - 3
    async with opened(bob, epoch=now["epoch"], pts=floor - 1) as device:
        assert device.ready["reset"]["reason"] == "too_old"
        assert told(device) == []
    async with opened(bob, epoch=now["epoch"], pts=floor) as device:
        assert device.ready["resumed"] is True
        positions = [update["pts"] for update in told(device)]
        assert positions[:3] == [floor + 1, floor + 2, floor + 3]
    problem = bob.get("/updates", 410, epoch=now["epoch"], pts=0)
    assert {key: problem[key] for key in ("code", "reason", "epoch")} == {
        "code": "reset",
        "reason": "too_old",
        "epoch": now["epoch"],
    }
    assert problem["pts"] >= now["pts"]


def test_rest_resets_alike(alice: Person) -> None:
    now = alice.get("/bootstrap")
    assert alice.get("/updates", 410, epoch="another", pts=0)["reason"] == "epoch"
    assert alice.get("/updates", 410, epoch=now["epoch"], pts=now["pts"] + 99)["reason"] == "future"
    for bad in ({"pts": -1}, {"pts": "x"}, {"pts": 0, "limit": 0}, {"pts": 0, "limit": 201}):
        problem = alice.get("/updates", 400, epoch=now["epoch"], **bad)
        assert problem["code"] == "validation"
        assert problem["errors"][0]["pointer"] == f"/{list(bad)[-1]}"
    assert alice.get("/updates", 400, pts=0)["errors"][0]["pointer"] == "/epoch"


def test_rest_tells_no_hole_when_the_log_is_cut_meanwhile(alice: Person) -> None:
    """The floor is raised and the rows below are dropped right behind the first look at the log."""
    start = alice.get("/bootstrap")
    floor = start["pts"] + 3
    for name in ("one", "two", "three", "four", "five", "six"):
        alice.patch("/me", {"name": name})
    looked: list[str] = []

    def cut() -> None:
        Head.objects.filter(user_id=int(alice.id)).update(floor=floor)
        Update.objects.filter(user_id=int(alice.id), pts__lte=floor).delete()

    def cutting(execute: Any, sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        if "sync_" in sql and not looked:
            looked.append(sql)
            apart(cut)
        return result

    with connection.execute_wrapper(cutting):
        answer = Client().get(
            "/api/v1/updates",
            {"epoch": start["epoch"], "pts": start["pts"]},
            headers={"Authorization": f"Bearer {alice.access}"},
        )
    assert looked
    told = [update["pts"] for update in answer.json().get("updates", ())]
    assert answer.status_code == 410 or told[0] == start["pts"] + 1, told
    alice.get("/updates", 410, epoch=start["epoch"], pts=start["pts"])


async def test_what_may_no_longer_be_seen_arrives_as_its_removal(
    alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "secret")
    epoch = bob.get("/bootstrap")["epoch"]
    bob.delete(f"/chats/{chat}/messages/1", **{"for": "me"})
    async with opened(bob, epoch=epoch, pts=0) as device:
        updates = told(device)
    assert "secret" not in json.dumps(updates)
    gone = {"chat": chat, "number": 1, "for": "me"}
    assert [u["data"] for u in updates if u["kind"] == "message.deleted"] == [gone, gone]


async def test_bootstrap_and_socket_meet_without_a_gap(
    alice: Person, bob: Person, chat: str
) -> None:
    """What is committed between the two is told by the socket."""
    start = bob.get("/bootstrap")
    assert start["me"]["id"] == bob.id
    assert set(start) == {"epoch", "pts", "me", "chats", "feed", "counts"}
    alice.say(chat, "between")
    async with opened(bob, epoch=start["epoch"], pts=start["pts"]) as device:
        kinds = [update["kind"] for update in plain(told(device))]
        assert kinds == ["chat.updated", "message.created"]


async def test_updates_told_while_a_device_resumes_come_once_and_in_order(
    alice: Person, bob: Person, chat: str
) -> None:
    async with opened(alice) as device:
        await send_many(device, chat, 150)
        epoch = device.ready["epoch"]
        url = address(bob.server, "/ws/", epoch=epoch, pts=0)
        headers = {"Authorization": f"Bearer {bob.access}"}
        async with dialled(url, additional_headers=headers) as late:
            await send_many(device, chat, 100)
            pts = [(await late.frame("update"))["pts"] for _ in range(251)]
            assert pts == list(range(1, 252))
