"""Who is found in a book, now and later, and who decides about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contacts.books import (
    entry,
    errands_done,
    findable,
    give_number,
    imported,
    number,
    only,
    outcomes,
    state_of,
)
from tests.contacts.conftest import Newcomer
from tests.devices import opened
from tests.feed.publishing import feed_of
from tests.people import Person
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("worker")


def has(owner: Person, phone: str, **more: Any) -> str:
    """The owner has this number in their book; the contact's id."""
    return only(owner, imported(owner, [entry(1, "Bob", phone)], **more))


def outcome_of(owner: Person, phone: str) -> Any:
    (one,) = outcomes(owner, imported(owner, [entry(1, "Bob", phone)], device=phone))
    del one["contact"]
    return one


def news(person: Person, kind: str) -> list[Any]:
    return [item for item in feed_of(person) if item["kind"] == kind]


async def test_who_has_a_number_learns_when_its_owner_proves_it(alice: Person, bob: Person) -> None:
    phone = number()
    findable(bob)
    async with opened(alice) as device:
        contact = has(alice, phone)
        assert (await device.update("contact.updated"))["state"] == "invitable"
        give_number(bob, phone)
        told = await device.update("contact.updated")
    assert (told["id"], told["state"], told["user"]["id"]) == (contact, "matched", bob.id)
    until(lambda: news(alice, "contact.joined"))
    (item,) = news(alice, "contact.joined")
    assert [actor["id"] for actor in item["actors"]] == [bob.id]


def test_that_somebody_joined_is_told_once_for_ever(alice: Person, newcomer: Newcomer) -> None:
    phone, other = number(), number()
    has(alice, phone)
    carol = newcomer(phone=phone)
    findable(carol)
    until(errands_done)
    contact = has(alice, other, device="tablet")
    give_number(carol, other)
    until(lambda: state_of(alice, contact) == "matched")
    assert sum(i["event_count"] for i in news(alice, "contact.joined")) <= 1


def _hide(alice: Person, bob: Person) -> None:
    findable(bob, "nobody")


def _keep_to_contacts(alice: Person, bob: Person) -> None:
    findable(bob, "contacts")


def _block(alice: Person, bob: Person) -> None:
    bob.put(f"/blocks/{alice.id}")


def _leave(alice: Person, bob: Person) -> None:
    bob.call("DELETE", "/me", 202, {"password": "correct horse battery"})


HIDING = [_hide, _keep_to_contacts, _block, _leave]


@pytest.mark.parametrize("hide", HIDING)
def test_hidden_people_look_like_strangers(
    alice: Person, bob: Person, hide: Callable[[Person, Person], None]
) -> None:
    phone = number()
    findable(bob)
    give_number(bob, phone)
    hide(alice, bob)
    assert outcome_of(alice, phone) == outcome_of(alice, number())


@pytest.mark.parametrize("hide", [_hide, _keep_to_contacts, _block])
def test_a_match_that_was_made_stands(
    alice: Person, bob: Person, hide: Callable[[Person, Person], None]
) -> None:
    phone = number()
    findable(bob)
    give_number(bob, phone)
    contact = has(alice, phone)
    assert state_of(alice, contact) == "matched"
    hide(alice, bob)
    imported(alice, [])
    assert outcome_of(alice, phone)["outcome"] == "matched"
    alice.delete("/contacts")
    assert outcome_of(alice, phone)["outcome"] == "invitable"


def test_contacts_of_the_one_who_is_found_may_find_them(alice: Person, bob: Person) -> None:
    phone, mine = number(), number()
    give_number(bob, phone)
    give_number(alice, mine)
    contact = has(alice, phone)
    assert state_of(alice, contact) == "invitable"
    has(bob, mine)
    until(lambda: state_of(alice, contact) == "matched")
    until(lambda: news(alice, "contact.joined"))
    assert news(bob, "contact.joined") == []


def test_an_assumed_number_shows_a_person_and_gives_no_rights(alice: Person, bob: Person) -> None:
    phone, mine = number(), number()
    give_number(bob, phone)
    give_number(alice, mine)
    contact = has(alice, phone)
    assumed = outcomes(bob, imported(bob, [entry(1, "Alice", "0" + mine[3:])], region="AT"))
    shown = bob.get(f"/contacts/{assumed[0]['contact']}")
    assert shown["phones"][0] | {"value": ""} == {"value": "", "e164": mine, "assumed": True}
    until(errands_done)
    assert state_of(alice, contact) == "invitable"


def test_a_number_that_changes_hands_takes_no_edge_along(
    alice: Person, bob: Person, mallory: Person
) -> None:
    phone = number()
    findable(bob)
    findable(mallory, "nobody")
    give_number(bob, phone)
    contact = has(alice, phone)
    assert state_of(alice, contact) == "matched"
    give_number(bob, number())
    until(lambda: state_of(alice, contact) == "invitable")
    give_number(mallory, phone)
    until(errands_done)
    assert state_of(alice, contact) == "invitable"
    assert outcome_of(alice, phone)["outcome"] == "invitable"


def test_who_left_is_a_stranger_at_once(alice: Person, bob: Person) -> None:
    phone = number()
    findable(bob)
    give_number(bob, phone)
    contact = has(alice, phone)
    _leave(alice, bob)
    assert state_of(alice, contact) == "invitable"


def test_opening_up_and_unblocking_bring_matches(alice: Person, bob: Person) -> None:
    phone = number()
    give_number(bob, phone)
    findable(bob)
    bob.put(f"/blocks/{alice.id}")
    contact = has(alice, phone)
    assert state_of(alice, contact) == "invitable"
    bob.delete(f"/blocks/{alice.id}")
    until(lambda: state_of(alice, contact) == "matched")


def test_argentine_and_mexican_forms_are_one_number(alice: Person, bob: Person) -> None:
    findable(bob)
    give_number(bob, "+5491166773399")
    (one,) = outcomes(alice, imported(alice, [entry(1, "Bob", "+54 11 6677-3399")]))
    assert one["outcome"] == "matched"


def test_last_visit_and_origin_are_for_contacts(alice: Person, bob: Person) -> None:
    mine = number()
    give_number(alice, mine)
    chat = bob.post("/chats", {"user": alice.id}, 201)["id"]
    bob.say(chat, "hello")
    bob.patch("/me", {"last_seen": "contacts", "forward_origin": "contacts"})
    assert "presence" not in alice.get(f"/users/{bob.id}")
    has(bob, mine)
    assert "presence" in alice.get(f"/users/{bob.id}")
    body = {"targets": [{"chat": chat, "client_id": "forwarded"}]}
    (told,) = alice.post(f"/chats/{chat}/messages/1/forward", body)["results"]
    assert told["message"]["forward"]["sender"] == bob.id
