"""Imports of whole books and of changes: what becomes of each entry, and of the book."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contacts.books import (
    asked,
    contacts,
    ended,
    entry,
    findable,
    give_number,
    imported,
    number,
    outcomes,
)
from tests.people import Person

pytestmark = pytest.mark.usefixtures("worker")


def kinds(found: list[Any]) -> list[tuple[Any, str]]:
    return [(one["ref"], one["outcome"]) for one in found]


def test_each_entry_has_its_outcome(alice: Person, bob: Person) -> None:
    findable(bob)
    theirs, mine, other = number(), number(), number()
    give_number(bob, theirs)
    give_number(alice, mine)
    job = imported(
        alice,
        [
            entry("bob", "Bob", theirs),
            entry(2, "Stranger", other),
            entry("again", "Bobby", "0043" + theirs[3:], region="AT"),
            entry("me", "Myself", mine),
            entry("bad", "Nobody", "12"),
            entry("empty", "Nothing"),
            entry("mail", "", emails=[bob.email.upper()]),
        ],
    )
    found = outcomes(alice, job)
    assert kinds(found) == [
        ("bob", "matched"),
        (2, "invitable"),
        ("again", "duplicate"),
        ("me", "self"),
        ("bad", "invalid"),
        ("empty", "invalid"),
        ("mail", "matched"),
    ]
    assert found[2]["duplicate_of"] == "bob"
    assert found[4]["reason"] == "no_number"
    assert found[5]["reason"] == "nothing_to_match"
    counts = {k: job[k] for k in ("total", "processed", "matched", "invitable", "invalid")}
    assert counts == {"total": 7, "processed": 7, "matched": 2, "invitable": 1, "invalid": 2}
    assert (job["duplicate"], job["self"], job["deferred"], job["removed"]) == (1, 1, 0, 0)
    assert [c["name"] for c in contacts(alice)] == ["", "Bob", "Stranger"]
    matched = alice.get(f"/contacts/{found[0]['contact']}")
    assert (matched["state"], matched["user"]["id"]) == ("matched", bob.id)
    assert matched["phones"] == [{"value": theirs, "e164": theirs, "assumed": False}]


def test_the_same_batch_is_the_same_import(alice: Person) -> None:
    first = asked(alice, [entry(1, "Somebody", number())], batch="one")
    again = asked(alice, [entry(2, "Other", number())], batch="one")
    assert again["id"] == first["id"]
    assert ended(alice, first)["total"] == 1


def test_a_full_import_removes_what_it_leaves_out(alice: Person) -> None:
    one, two = number(), number()
    imported(alice, [entry(1, "One", one), entry(2, "Two", two)])
    job = imported(alice, [entry(2, "Two", two)])
    assert job["removed"] == 1
    assert kinds(outcomes(alice, job)) == [(2, "invitable"), (1, "removed")]
    assert [c["name"] for c in contacts(alice)] == ["Two"]


def test_another_device_has_a_book_of_its_own(alice: Person) -> None:
    imported(alice, [entry(1, "One", number())])
    imported(alice, [entry(1, "Two", number())], device="tablet")
    assert [c["name"] for c in contacts(alice)] == ["One", "Two"]
    assert imported(alice, [], device="tablet")["removed"] == 1
    assert [c["name"] for c in contacts(alice)] == ["One"]
