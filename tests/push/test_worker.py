"""From an event to a device, and into the ledger."""

from __future__ import annotations

import asyncio

import pytest
from django.utils import timezone

from feed.models import Push
from feed.push.apns import Apns
from feed.push.claiming import claim
from feed.push.reaching import Reaching
from tests.feed.publishing import apart, feed_of
from tests.people import Person
from tests.push.apple import AppleService
from tests.push.away import browser_of, happen, item_of, ledger, phone_of, until, working
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
    async with working():
        await until(lambda: len(ledger(alice, item)) == 3)
    assert ledger(alice, item) == [("sent", "")] * 3
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


async def test_a_burst_makes_three_pushes_at_most(alice: Person, browsers: WebPushService) -> None:
    web = browser_of(alice, browsers)
    async with working():
        happen(alice)
        item = item_of(alice)
        await until(lambda: browsers.contents(web))
        await asyncio.to_thread(happen, alice, times=300)
        await until(lambda: len(browsers.contents(web)) == 2)
    tags = {push["tag"] for push in browsers.contents(web)}
    topics = {push.headers["topic"] for push in browsers.arrived}
    assert (len(tags), len(topics)) == (1, 1)
    outcomes = [outcome for outcome, _ in ledger(alice, item)]
    assert set(outcomes) == {"sent", "coalesced"}


@pytest.mark.parametrize("trouble", [*Break, Reply(503), Reply(429, {"retry-after": "1"})])
async def test_troubles_pass_and_nothing_is_doubled(
    alice: Person, apple: AppleService, trouble: Break | Reply
) -> None:
    ios = phone_of(alice, apple)
    happen(alice)
    item = item_of(alice)
    apple.after.append(trouble)  # taken, but we do not hear of it
    async with working():
        await until(lambda: ledger(alice, item))
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
    apart(lambda: Push.objects.filter(item=item).update(due_at=timezone.now()))  # the lease ends
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
