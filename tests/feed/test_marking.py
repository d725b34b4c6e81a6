"""Seen, read and put away: up to what was on the screen, and on every device."""

from __future__ import annotations

from tests.devices import opened
from tests.feed.publishing import feed_of, ids_of, tell, told
from tests.people import Person
from tests.waiting import until


def test_pages_stay_put_while_items_come(alice: Person) -> None:
    for number in range(7):
        tell(alice, group=f"g{number}")
    before = ids_of(feed_of(alice))
    first = alice.get("/feed", limit=3)
    tell(alice, group="g5")
    tell(alice, group="new")
    rest = alice.get("/feed", limit=200, cursor=first["next"])
    assert ids_of(first["results"]) + ids_of(rest["results"]) == before
    assert rest["next"] is None
    refused = alice.get("/feed", 400, cursor="nonsense")
    assert refused["errors"][0]["pointer"] == "/cursor"


def test_seen_and_read_reach_up_to_an_item(alice: Person) -> None:
    tell(alice, times=4)
    newest, second, third, oldest = ids_of(feed_of(alice))
    assert alice.post("/feed/seen", {"up_to": second}) == {"unseen": 1, "unread": 4}
    assert alice.post("/feed/read", {"up_to": third}) == {"unseen": 1, "unread": 2}
    assert alice.post("/feed/read", {"ids": [newest, oldest, "1", "x"]}) == {
        "unseen": 0,
        "unread": 1,
    }
    items = {item["id"]: item for item in feed_of(alice)}
    assert items[second]["read_at"] is None
    assert all(item["seen_at"] for item in items.values())
    seen_at = items[second]["seen_at"]
    alice.post("/feed/seen", {"up_to": newest})
    assert alice.get(f"/feed/{second}")["seen_at"] == seen_at


async def test_what_comes_meanwhile_stays_unseen(alice: Person) -> None:
    """The client had applied `pts` when its person looked; the item on top has news since."""
    tell(alice, group="top")
    (item,) = feed_of(alice)
    async with opened(alice) as device:
        pts = device.ready["pts"]
        tell(alice, group="other")
        tell(alice, group="top")
        await device.do("feed.read", up_to=item["id"], pts=pts)
        assert alice.get("/feed/counts") == {"unseen": 2, "unread": 2}
        assert await device.do("feed.seen", up_to=item["id"]) == {"unseen": 0, "unread": 2}
        assert await device.do("feed.read", up_to=item["id"]) == {"unseen": 0, "unread": 0}


async def test_all_devices_hear_of_reading_and_of_counts(alice: Person, worker: None) -> None:
    tell(alice)
    until(lambda: told(alice)[-1]["kind"] == "counts.updated")
    alice.delete(f"/feed/{feed_of(alice)[0]['id']}")
    until(lambda: told(alice)[-1]["data"].get("feed") == {"unseen": 0, "unread": 0})
    async with opened(alice) as one, opened(alice, "/ws/feed/") as other:
        tell(alice)
        (item,) = feed_of(alice)
        counts = {"chats_unread": 0, "feed": {"unseen": 1, "unread": 1}}
        assert await one.update("counts.updated") == counts
        assert alice.get("/bootstrap")["counts"] == counts
        await one.do("feed.read", ids=[item["id"]])
        for device in (one, other):
            assert (await device.update("notification.updated"))["read_at"] is not None
        while (await one.update("counts.updated"))["feed"]["unread"]:
            pass


def test_archived_is_gone_until_something_new_comes(alice: Person) -> None:
    tell(alice, group="g")
    (item,) = feed_of(alice)
    alice.delete(f"/feed/{item['id']}")
    alice.delete(f"/feed/{item['id']}", 404)
    alice.get(f"/feed/{item['id']}", 404)
    assert alice.get("/feed/counts") == {"unseen": 0, "unread": 0}
    tell(alice, group="g")
    (again,) = feed_of(alice)
    assert (again["id"], again["event_count"], again["read_at"]) == (item["id"], 1, None)


def test_reading_wants_either_ids_or_up_to(alice: Person) -> None:
    tell(alice)
    (item,) = feed_of(alice)
    alice.post("/feed/read", {}, 400)
    alice.post("/feed/read", {"ids": [], "up_to": item["id"]}, 400)
    alice.post("/feed/read", {"ids": []})
    assert alice.get("/feed/counts") == {"unseen": 1, "unread": 1}


def test_anothers_item_is_not_there(alice: Person, mallory: Person) -> None:
    tell(alice)
    (item,) = feed_of(alice)
    tell(mallory)
    for body, path in (({"up_to": item["id"]}, "seen"), ({"up_to": item["id"]}, "read")):
        mallory.post(f"/feed/{path}", body, 404)
    mallory.post("/feed/read", {"ids": [item["id"]]})
    mallory.delete(f"/feed/{item['id']}", 404)
    mallory.get(f"/feed/{item['id']}", 404)
    mallory.get(f"/feed/{item['id']}/deliveries", 404)
    assert feed_of(alice) == [item]
    assert mallory.get("/feed/counts") == {"unseen": 1, "unread": 1}
