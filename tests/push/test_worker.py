"""From an event to a device, and into the ledger."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db.models import F
from django.utils import timezone
from prometheus_client import REGISTRY

from chat.reading.standing import present
from feed.following.follower import follow
from feed.models import Delivery, Item, Push, Shown
from feed.push.apns import Apns
from feed.push.attention import PATIENCE
from feed.push.claiming import claim
from feed.push.reaching import Reaching
from tests.apart import apart
from tests.devices import opened
from tests.feed.publishing import feed_of, tell
from tests.people import Person
from tests.push.apple import AppleService
from tests.push.away import (
    KIND,
    browser_of,
    happen,
    hurry,
    item_of,
    ledger,
    phone_of,
    until,
    working,
)
from tests.push.browsers import WebPushService
from tests.push.google import GoogleService
from tests.push.http2 import Break, Reply

pytestmark = pytest.mark.usefixtures("push_settings")


async def test_every_device_is_told_and_its_owner_can_see_it(
    alice: Person, bob: Person, browsers: WebPushService, apple: AppleService, google: GoogleService
) -> None:
    web, ios, android = browser_of(alice, browsers), phone_of(alice, apple), phone_of(alice, google)
    happen(alice, actor=bob.id, reference={"type": "user", "id": bob.id})
    item = item_of(alice)
    before = [counted(platform) for platform in ("web", "ios", "android")]
    async with working():
        await until(lambda: len(ledger(alice, item)) == 3)
    assert ledger(alice, item) == [("sent", "")] * 3
    after = [counted(platform) for platform in ("web", "ios", "android")]
    assert after == [count + 1 for count in before]
    assert REGISTRY.get_sample_value("confab_pushes_waiting", {"platform": "web"}) is not None
    (pushed,) = browsers.contents(web)
    (shown,) = feed_of(alice)
    assert pushed == {
        "title": shown["title"],
        "body": shown["body"],
        "tag": f"item-{item}",
        "badge": 1,
        "reference": {"type": "user", "id": bob.id},
    }
    assert len(apple.contents(ios)) == len(google.contents(android)) == 1


def counted(platform: str) -> float:
    """Pushes that were sent, as the sender's metrics tell it."""
    labels = {"platform": platform, "outcome": "sent"}
    return REGISTRY.get_sample_value("confab_pushes_total", labels) or 0.0


async def test_what_was_read_before_it_left_is_not_pushed(
    alice: Person, browsers: WebPushService
) -> None:
    web = browser_of(alice, browsers)
    happen(alice)
    item = item_of(alice)
    alice.post("/feed/read", {"ids": [item]})
    happen(alice, group="another")
    async with working():
        await until(lambda: browsers.contents(web))
    assert [push["tag"] for push in browsers.contents(web)] != [f"item-{item}"]
    assert ledger(alice, item) == [("active", "read")]


async def test_what_is_gone_when_it_would_leave_is_not_pushed(
    alice: Person, browsers: WebPushService
) -> None:
    """It was taken back just while it was decided to push it."""
    browser_of(alice, browsers)
    happen(alice)
    item = int(item_of(alice))
    gone = Item.objects.filter(pk=item)
    await asyncio.to_thread(apart, lambda: gone.update(archived_at=timezone.now()))
    leaving = await asyncio.to_thread(apart, lambda: claim(200))
    assert item not in {each.item for each in leaving}
    rows = Delivery.objects.filter(item=item, channel="push").values_list("outcome", "reason")
    assert await asyncio.to_thread(apart, lambda: list(rows)) == [("active", "deleted")]


async def test_a_thousand_events_at_once_are_one_item_and_three_pushes_at_most(
    alice: Person, browsers: WebPushService
) -> None:
    """Published by eight, followed by two, and pushed meanwhile."""
    web = browser_of(alice, browsers)
    mine = {"user_id": int(alice.id)}
    published = threading.Event()

    def publish(number: int) -> None:
        tell(alice, kind=KIND, group="crowd", times=125, actor=1000 + number)

    def keep_following() -> None:
        while not published.is_set():
            follow([int(alice.id)])
        follow([int(alice.id)])

    def happen_at_once() -> None:
        with ThreadPoolExecutor(10) as pool:
            following = [pool.submit(apart, keep_following) for _ in range(2)]
            try:
                list(pool.map(publish, range(8)))
            finally:
                published.set()
            for each in following:
                each.result()

    def a_minute_passes() -> bool:
        """For the burst, unless a push is just on its way; whether nothing waits any more."""
        minute = dt.timedelta(seconds=61)
        shown = Shown.objects.filter(**mine)
        later = Push.objects.filter(**mine, due_at__gt=timezone.now())
        waiting = later.exclude(delivery__in=shown.values("delivery_id"))
        if waiting.update(made_at=F("made_at") - minute, due_at=timezone.now()):
            shown.update(begun_at=F("begun_at") - minute)
        return not Push.objects.filter(**mine).exists()

    async with working():
        await asyncio.to_thread(happen_at_once)
        await until(lambda: browsers.contents(web))
        await until(lambda: apart(a_minute_passes))
    (item,) = feed_of(alice)
    assert (item["event_count"], item["actor_count"]) == (1000, 8)
    assert alice.get("/feed/counts") == {"unseen": 1, "unread": 1}
    pushed = browsers.contents(web)
    assert 2 <= len(pushed) <= 3
    assert pushed[-1]["title"] == item["title"]
    assert len({push["tag"] for push in pushed}) == 1
    assert len({push.headers["topic"] for push in browsers.arrived if push.device == web}) == 1
    rows = Delivery.objects.filter(**mine, channel="push")
    outcomes = Counter(apart(lambda: list(rows.values_list("outcome", flat=True))))
    assert outcomes == {"sent": len(pushed), "coalesced": 1000 - len(pushed)}


async def test_a_push_waits_for_who_is_connected_and_for_nobody_else(
    alice: Person, bob: Person, mallory: Person, browsers: WebPushService
) -> None:
    chats: dict[str, str] = {}
    async with opened(bob) as device:
        await until(lambda: present([int(bob.id)]))
        for person in (bob, mallory):
            browser_of(person, browsers)
            chats[person.id] = alice.post("/chats", {"user": person.id}, 201)["id"]
            alice.say(chats[person.id], "hello")
            happen(person)
        leaving = await asyncio.to_thread(apart, lambda: claim(200))
        assert sum(each.user_id == int(mallory.id) for each in leaving) == 2
        assert sum(each.user_id == int(bob.id) for each in leaving) == 1
        waiting = Push.objects.filter(user_id=int(bob.id), attempts=0)
        (message,) = await asyncio.to_thread(apart, lambda: list(waiting))
        assert message.due_at - message.made_at == PATIENCE
        await device.do("chat.delivered", chat=chats[bob.id], number=1)
        await asyncio.to_thread(apart, lambda: waiting.update(due_at=timezone.now()))
        await asyncio.to_thread(apart, lambda: claim(200))
    assert ledger(bob, str(message.item_id)) == [("active", "delivered")]
    assert apart(waiting.count) == 0


async def test_nothing_is_pushed_that_is_muted_off_or_for_quiet_hours(
    alice: Person, bob: Person, browsers: WebPushService
) -> None:
    web = browser_of(alice, browsers)
    zone = f"Etc/GMT{dt.datetime.now(dt.UTC).hour - 12:+}"  # where it is noon, or will soon be
    quiet = {"from": "06:00", "to": "20:00", "time_zone": zone}
    off = {"in_app": True, "push": False, "email": "off"}
    mute = {"user": bob.id, "until": "2090-01-01T00:00:00Z"}
    reasons: dict[str, tuple[str, str]] = {}
    async with working():
        for reason, wishes in (
            ("person", {"mutes": [mute]}),
            ("preference", {"kinds": {KIND: off}}),
            ("quiet hours", {"quiet_hours": quiet}),
        ):
            alice.put("/feed/preferences", 200, wishes)
            happen(alice, group=reason, actor=bob.id)
            (reasons[reason],) = ledger(alice, str(feed_of(alice)[0]["id"]))
        alice.put("/feed/preferences", 200, {})
        happen(alice, group="last")
        await until(lambda: browsers.contents(web))
    last = feed_of(alice)[0]
    assert [push["tag"] for push in browsers.contents(web)] == [f"item-{last['id']}"]
    assert reasons == {
        "person": ("muted", "person"),
        "preference": ("off", "preference"),
        "quiet hours": ("quiet", "quiet hours"),
    }


@pytest.mark.parametrize("trouble", [*Break, Reply(503), Reply(429, {"retry-after": "1"})])
async def test_troubles_pass_and_nothing_is_doubled(
    alice: Person, apple: AppleService, trouble: Break | Reply
) -> None:
    ios = phone_of(alice, apple)
    happen(alice)
    item = item_of(alice)
    apple.after.append(trouble)  # taken, but we do not hear of it

    def noted() -> bool:
        hurry(alice)
        return bool(ledger(alice, item))

    async with working():
        await until(noted)
    assert ledger(alice, item) == [("sent", "")]
    assert len({push.headers["apns-id"] for push in apple.arrived if push.device == ios}) == 1


async def test_what_a_dead_worker_had_claimed_is_sent_again_as_the_same(
    alice: Person, apple: AppleService
) -> None:
    ios = phone_of(alice, apple)
    happen(alice)
    item = item_of(alice)
    reaching = Reaching()
    for claimed in await asyncio.to_thread(apart, lambda: claim(200)):
        if claimed.push.token == ios:
            await Apns(reaching).send(claimed.push)  # and dies before it is written down
    await reaching.close()
    assert await asyncio.to_thread(apart, lambda: claim(200)) == []
    # The lease ends.
    apart(lambda: Push.objects.filter(item=int(item)).update(due_at=timezone.now()))
    async with working():
        await until(lambda: ledger(alice, item) == [("sent", "")])
    assert len(apple.contents(ios)) == 2
    assert len({push.headers["apns-id"] for push in apple.arrived if push.device == ios}) == 1
    assert {outcome for outcome, _ in ledger(alice, item)} == {"sent"}


@pytest.mark.parametrize("status", [404, 410])
async def test_a_device_that_is_gone_is_dropped(
    alice: Person, browsers: WebPushService, status: int
) -> None:
    browser_of(alice, browsers)
    happen(alice)
    item = item_of(alice)
    browsers.troubles.append(Reply(status))
    async with working():
        await until(lambda: ledger(alice, item))
        assert ledger(alice, item) == [("dead", str(status))]
        happen(alice, group="later")
        await until(lambda: len(feed_of(alice)) == 2)
    assert browsers.arrived == []


async def test_reading_takes_back_what_an_app_shows(
    alice: Person, apple: AppleService, google: GoogleService
) -> None:
    ios, android = phone_of(alice, apple), phone_of(alice, google)
    happen(alice)
    item = item_of(alice)
    async with working():
        await until(lambda: ledger(alice, item) == [("sent", "")] * 2)
        alice.post("/feed/read", {"ids": [item]})
        await until(lambda: ledger(alice, item) == [("retracted", "")] * 2)
    assert apple.contents(ios)[-1]["aps"] == {"badge": 0}
    assert google.contents(android)[-1]["data"] == {
        "tag": f"item-{item}",
        "retract": "true",
        "badge": "0",
    }


async def test_a_browser_keeps_its_last_notification(
    alice: Person, browsers: WebPushService
) -> None:
    web = browser_of(alice, browsers)
    async with working():
        happen(alice, group="first")
        first = item_of(alice)
        happen(alice, group="second")
        second = str(feed_of(alice)[0]["id"])
        await until(lambda: len(browsers.contents(web)) == 2)
        await until(lambda: ledger(alice, first) == ledger(alice, second) == [("sent", "")])
        alice.post("/feed/read", {"ids": [first]})
        await until(lambda: ledger(alice, first) == [("retracted", "")])
        alice.post("/feed/read", {"ids": [second]})
        happen(alice, group="third")
        await until(lambda: len(browsers.contents(web)) == 4)
    assert ledger(alice, second) == [("sent", "")]
    silent = [push["tag"] for push in browsers.contents(web) if push.get("retract")]
    assert silent == [f"item-{first}"]


async def test_the_preview_is_as_open_as_one_wants(alice: Person, browsers: WebPushService) -> None:
    web = browser_of(alice, browsers)
    happen(alice)
    apart(lambda: _prefer(alice, "none"))
    async with working():
        await until(lambda: browsers.contents(web))
    (push,) = browsers.contents(web)
    assert (push["title"], push["body"]) == ("New notification", "")


def _prefer(person: Person, preview: str) -> None:
    from feed.models import Preference

    Preference.objects.create(user_id=int(person.id), preview=preview)
