"""Why an event was pushed or mailed, or was not: the ledger that its reader can see."""

from __future__ import annotations

import datetime as dt
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from feed.deciding import decisions
from feed.deciding.settling import settle
from feed.doors.inputs import ReadItems
from feed.following import follower
from feed.letters import sending
from feed.models import Delivery, Device, Item, Mail, Push
from feed.public import publish, withdraw
from feed.push import service
from feed.push.claiming import Claimed
from feed.push.settling import settle_sent
from feed.services import marking
from tests.apart import apart
from tests.feed.publishing import feed_of, take_back, tell
from tests.people import Person
from tests.waiting import until

Json = dict[str, Any]
LATER = "2090-01-01T00:00:00Z"
JOINED: Json = {"kind": "contact.joined"}


def follow(person: Person) -> None:
    apart(lambda: follower.follow([int(person.id)]))


def ledger(person: Person, item: Json) -> set[tuple[str, str, str]]:
    """Channel, outcome and reason of all that was decided about an item."""
    follow(person)
    rows = person.get(f"/feed/{item['id']}/deliveries")["results"]
    return {(row["channel"], row["outcome"], row.get("reason", "")) for row in rows}


def pushes(person: Person) -> list[Push]:
    return apart(lambda: list(Push.objects.filter(user_id=int(person.id)).order_by("pk")))


def with_a_device(person: Person) -> None:
    person.post("/devices", {"platform": "ios", "token": secrets.token_hex(32)}, 201)


def prefer(person: Person, kind: str = "contact.joined", **wishes: Any) -> None:
    given = {"in_app": True, "push": True, "email": "off"} | wishes
    person.put("/feed/preferences", 200, {"kinds": {kind: given}})


def test_an_event_waits_for_each_device_once(alice: Person) -> None:
    with_a_device(alice)
    tell(alice, **JOINED, group="g", key="1")
    follow(alice)
    (first,) = pushes(alice)
    tell(alice, **JOINED, group="g", key="2")
    (item,) = feed_of(alice)
    assert ledger(alice, item) == {
        ("email", "off", "preference"),
        ("push", "coalesced", "newer event"),
    }
    (second,) = pushes(alice)
    assert (first.pk, first.due_at) == (second.pk, second.due_at)
    assert first.delivery_id != second.delivery_id
    assert second.item_id == int(item["id"])


def test_reading_or_archiving_makes_a_push_unnecessary(alice: Person) -> None:
    with_a_device(alice)
    tell(alice, **JOINED)
    follow(alice)
    (item,) = feed_of(alice)
    alice.post("/feed/read", {"ids": [item["id"]]})
    assert pushes(alice) == []
    assert ("push", "active", "read") in ledger(alice, item)
    tell(alice, **JOINED, key="gone")
    follow(alice)
    take_back(alice, key="gone", kind="contact.joined")
    assert pushes(alice) == []


def test_what_is_off_goes_nowhere(alice: Person) -> None:
    with_a_device(alice)
    prefer(alice, push=False)
    tell(alice, **JOINED)
    (item,) = feed_of(alice)
    assert ledger(alice, item) == {("push", "off", "preference"), ("email", "off", "preference")}
    assert pushes(alice) == []


def test_mutes_hold_push_and_letters_but_no_item(alice: Person, bob: Person) -> None:
    with_a_device(alice)
    reference = {"type": "book", "id": secrets.token_hex(4)}
    mutes = [{"user": bob.id, "until": LATER}, {"reference": reference, "until": LATER}]
    alice.put("/feed/preferences", 200, {"mutes": mutes})
    tell(alice, **JOINED, actor=bob.id)
    (item,) = feed_of(alice)
    assert ("push", "muted", "person") in ledger(alice, item)
    tell(alice, **JOINED, reference=reference)
    assert ("push", "muted", "object") in ledger(alice, feed_of(alice)[0])
    assert pushes(alice) == []


def test_a_muted_chat_is_held_too(alice: Person, bob: Person, chat: str) -> None:
    with_a_device(bob)
    bob.patch(f"/chats/{chat}", {"muted_until": LATER})
    alice.say(chat, "hi")
    follow(bob)
    (item,) = feed_of(bob)
    assert ("push", "muted", "object") in ledger(bob, item)
    assert pushes(bob) == []


def test_quiet_hours_hold_it_until_they_end(alice: Person) -> None:
    with_a_device(alice)
    now = dt.datetime.now(dt.UTC)
    ends = now + dt.timedelta(hours=2)
    hours = {
        "from": (now - dt.timedelta(hours=1)).strftime("%H:%M"),
        "to": ends.strftime("%H:%M"),
        "time_zone": "UTC",
    }
    alice.put("/feed/preferences", 200, {"quiet_hours": hours})
    tell(alice, **JOINED)
    (item,) = feed_of(alice)
    assert ("push", "quiet", "quiet hours") in ledger(alice, item)
    (push,) = pushes(alice)
    assert push.due_at == ends.replace(second=0, microsecond=0)
    alice.post("/feed/read", {"ids": [item["id"]]})
    assert pushes(alice) == []


def test_a_storm_is_one_summary_and_nothing_is_lost(alice: Person) -> None:
    with_a_device(alice)
    tell(alice, **JOINED, times=10)
    follow(alice)
    assert len(feed_of(alice)) == 10
    waiting = pushes(alice)
    assert len([push for push in waiting if push.item_id is not None]) == 6
    assert len([push for push in waiting if push.item_id is None]) == 1
    assert ("push", "coalesced", "storm") in ledger(alice, feed_of(alice)[0])


def test_who_decide_at_once_know_of_each_other(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What makes a storm is counted once, and nothing is left open that nobody will send."""
    monkeypatch.setattr(decisions, "BATCH", 2)
    with_a_device(alice)
    prefer(alice, email="instant")
    tell(alice, **JOINED, times=10)
    tell(alice, **JOINED, times=10, group="g")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(follow, [alice] * 4))
    waiting = pushes(alice)
    assert len([push for push in waiting if push.item_id is not None]) == 6
    mine = {"user_id": int(alice.id)}
    letters = apart(lambda: set(Mail.objects.filter(**mine).values_list("delivery", flat=True)))
    leaving = {push.delivery_id for push in waiting if push.delivery_id is not None}
    undone = Delivery.objects.filter(**mine, outcome="").values_list("pk", flat=True)
    assert apart(lambda: set(undone)) == letters | leaving


def test_a_letter_at_once_waits_for_its_item(alice: Person) -> None:
    prefer(alice, push=False, email="instant")
    tell(alice, **JOINED, group="g")
    follow(alice)
    tell(alice, **JOINED, group="g")
    follow(alice)
    letters = apart(lambda: list(Mail.objects.filter(user_id=int(alice.id))))
    assert [letter.item_id for letter in letters] == [int(feed_of(alice)[0]["id"])]


@pytest.mark.parametrize("then", ["muted", "taken back", "read and muted"])
def test_what_is_held_back_stands_for_no_other_event(
    alice: Person, bob: Person, mallory: Person, then: str
) -> None:
    """All of it is decided at once."""
    with_a_device(alice)
    if then != "taken back":
        mute = {"user": mallory.id, "until": LATER}
        alice.put("/feed/preferences", 200, {"mutes": [mute]})

    @transaction.atomic
    def happen() -> None:
        event: Json = {**JOINED, "recipients": [alice.id], "group": "g"}
        publish(**event, dedupe_key="1", actor=bob.id)
        if then == "read and muted":
            item = Item.objects.get(user_id=int(alice.id))
            marking.mark_read(user_id=int(alice.id), given=ReadItems(ids=[str(item.pk)]))
        publish(**event, dedupe_key="2", actor=mallory.id)
        if then == "taken back":
            withdraw(kind=JOINED["kind"], recipients=[alice.id], dedupe_key="2")

    apart(happen)
    (item,) = feed_of(alice)
    told = {(outcome, why) for channel, outcome, why in ledger(alice, item) if channel == "push"}
    assert told == (set() if then == "taken back" else {("muted", "person")})
    assert len(pushes(alice)) == (0 if then == "read and muted" else 1)


def test_deciding_again_decides_nothing(alice: Person) -> None:
    with_a_device(alice)
    tell(alice, **JOINED)
    (item,) = feed_of(alice)
    before = ledger(alice, item), [push.pk for push in pushes(alice)]
    assert (ledger(alice, item), [push.pk for push in pushes(alice)]) == before


def test_a_device_that_goes_leaves_no_push_without_an_outcome(alice: Person) -> None:
    with_a_device(alice)
    tell(alice, **JOINED)
    follow(alice)
    (item,) = feed_of(alice)
    alice.delete(f"/devices/{alice.get('/devices')['results'][0]['id']}")
    assert pushes(alice) == []
    assert ("push", "dead", "device removed") in ledger(alice, item)


def test_reading_takes_no_push_that_it_does_not_answer_for(alice: Person) -> None:
    """While a reader settles what waits, another device's push is decided."""
    with_a_device(alice)
    tell(alice, **JOINED)
    follow(alice)
    (first,) = pushes(alice)
    assert first.delivery_id is not None
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Delivery.objects.select_for_update().get(pk=first.delivery_id)
        reading = pool.submit(apart, lambda: _settle(first))
        until(lambda: apart(_somebody_waits))
        later = apart(lambda: _decided_for_another_device(first))
        transaction.set_rollback(True)
    reading.result()
    later.refresh_from_db()
    assert Push.objects.filter(delivery=later).exists() or later.outcome


@pytest.mark.parametrize("outbox", [Push, Mail])
def test_who_sends_and_who_decides_wait_for_each_other_in_one_order(
    alice: Person, outbox: type[Push] | type[Mail]
) -> None:
    """A newer event takes over what has just been sent."""
    with_a_device(alice)
    prefer(alice, push=outbox is Push, email="instant" if outbox is Mail else "off")
    tell(alice, **JOINED)
    follow(alice)
    mine: QuerySet[Any] = outbox._default_manager.filter(user_id=int(alice.id))
    waiting = apart(mine.get)
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        mine.select_for_update().get()
        noting = pool.submit(apart, lambda: _sent(waiting))
        until(lambda: apart(_somebody_waits))
        Delivery.objects.filter(pk=waiting.delivery_id).update(outcome="coalesced")
    noting.result()
    assert apart(mine.count) == 0


def _sent(waiting: Push | Mail) -> None:
    if isinstance(waiting, Mail):
        sending._end(waiting, "sent", "")
        return
    what = service.Push("", "", ("", ""), "", "", "", 0, None, retract=False)
    claimed = Claimed(
        row=waiting.pk,
        user_id=waiting.user_id,
        device=waiting.device_id,
        item=waiting.item_id,
        delivery=waiting.delivery_id,
        platform="ios",
        attempts=1,
        begun_at=waiting.made_at,
        push=what,
    )
    settle_sent([(claimed, service.Outcome("sent"))])


@transaction.atomic
def _settle(push: Push) -> None:
    assert push.item_id is not None
    settle([push.item_id], "read")


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from pg_stat_activity where wait_event_type = 'Lock'"
            " and query like '%feed_%')"
        )
        return bool(cursor.fetchone()[0])


def _decided_for_another_device(push: Push) -> Delivery:
    device = Device.objects.create(
        user_id=push.user_id,
        session_id=secrets.randbits(62),
        platform="ios",
        token="another",
        digest=secrets.token_bytes(32),
    )
    rows = {"item_id": push.item_id, "user_id": push.user_id, "event_at": push.event_at}
    delivery = Delivery.objects.create(**rows, channel="push", device_id=device.pk)
    Push.objects.create(**rows, device=device, delivery=delivery, due_at=push.due_at)
    return delivery
