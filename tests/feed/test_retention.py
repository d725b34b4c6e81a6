"""What is old goes by itself, and devices hear of it; what is kept is what its rows say."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from feed.models import Event, Item, State
from feed.services import retention
from feed.services.erasing import erase_feed
from tests.apart import apart
from tests.feed.publishing import feed_of, ids_of, tell, told
from tests.people import Person
from tests.waiting import until


def age(person: Person, days: int) -> None:
    """Everything in this person's feed happened so long ago."""
    earlier = dt.timedelta(days=days)

    def run() -> None:
        for item in Item.objects.filter(user_id=int(person.id)):
            Item.objects.filter(pk=item.pk).update(updated_at=item.updated_at - earlier)
        for event in Event.objects.filter(user_id=int(person.id)):
            Event.objects.filter(pk=event.pk).update(at=event.at - earlier, decided=True)

    apart(run)


def left(person: Person) -> int:
    return apart(Item.objects.filter(user_id=int(person.id)).count)


def test_items_leave_after_ninety_days(alice: Person) -> None:
    tell(alice, group="old")
    age(alice, 91)
    tell(alice, group="new")
    old = ids_of(feed_of(alice))[1]
    apart(retention.tidy)
    assert [item["group"] for item in feed_of(alice)] == ["new"]
    removed = [u["data"] for u in told(alice) if u["kind"] == "notification.removed"]
    assert {"id": old} in removed
    assert alice.get("/feed/counts") == {"unseen": 1, "unread": 1}
    assert left(alice) == 2
    age(alice, 31)
    apart(retention.tidy)
    assert left(alice) == 1


def test_a_person_takes_it_all_along(alice: Person) -> None:
    tell(alice, times=3)
    assert apart(lambda: erase_feed(int(alice.id))) >= 6
    # The worker may follow her log once more.
    until(lambda: apart(lambda: erase_feed(int(alice.id))) == 0)
    assert left(alice) == 0


def test_the_audit_finds_what_differs(alice: Person) -> None:
    tell(alice)
    mine = State.objects.filter(user_id=int(alice.id))
    apart(lambda: call_command("feed_audit", verbosity=0, stdout=None))
    apart(lambda: mine.update(unread=7))
    with pytest.raises(CommandError, match="'counts': 1"):
        apart(lambda: call_command("feed_audit"))
    apart(lambda: mine.update(unread=1))
