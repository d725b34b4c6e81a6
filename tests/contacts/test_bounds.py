"""What one account may ask for, what broken input may do, and what a dying worker may not."""

from __future__ import annotations

import msgspec
import pytest

from tests.contacts import hostile, kills
from tests.contacts.books import contacts, entry, imported, number, outcomes, worked_off
from tests.people import Person


@pytest.mark.usefixtures("worker")
def test_a_bot_learns_its_budget_and_a_person_is_not_held_up(alice: Person) -> None:
    phones = [f"+4366012{n:05}" for n in range(6_600)]
    book = [entry(n, "", phone, emails=[f"a{n}@example.com"]) for n, phone in enumerate(phones)]
    person = imported(alice, book[:5_000])
    assert (person["deferred"], person["invitable"]) == (0, 5_000)
    bot = imported(alice, [entry(n, "", phone) for n, phone in enumerate(phones)], device="bot")
    assert (bot["deferred"], bot["invitable"]) == (600, 6_000)
    (late, *_) = outcomes(alice, bot, outcome="deferred")
    assert 80_000 < late["retry_after"] <= 86_400
    alice.delete("/contacts")
    assert contacts(alice) == []
    again = imported(alice, [entry(1, "Old", phones[0]), entry(2, "New", number())], device="bot")
    assert (again["deferred"], again["invitable"]) == (1, 1)


def test_every_hostile_row_has_an_outcome() -> None:
    found = hostile.run(700, seed=5)
    assert found["invalid"] > 300
    assert found["invitable"] > 10


@pytest.mark.usefixtures("worker")
def test_hostile_rows_are_taken_or_refused_at_the_door(alice: Person) -> None:
    found = hostile.at_the_door(alice, rows=300, seed=6)
    assert found["invalid"] > 100
    assert found["validation"] > 10


def test_a_killed_worker_and_an_empty_redis_change_nothing() -> None:
    assert kills.run(entries=2_600, kills=1, flushes=1, seed=3) == 1


@pytest.mark.parametrize("bad", [{"name": "a\0b"}, {"ref": "r" * 200}], ids=["sent", "written"])
def test_an_entry_that_cannot_be_stored_costs_itself_only(
    alice: Person, bad: dict[str, str]
) -> None:
    """Neither comes through the door; they stand for whatever nobody has thought of: what cannot be
    sent to PostgreSQL, and what it refuses once all of the chunk is sent."""
    from contacts.importing.entries import Entry
    from contacts.importing.work import work
    from contacts.matching import keys
    from contacts.models import Chunk, Import

    job = Import.objects.get(pk=int(worked_off(alice, [entry(1, "One", number())])["import"]))
    Import.objects.filter(pk=job.pk).update(state="queued")
    for chunk in (1, 2, 3):
        entries = [Entry(6 * chunk + n, name=f"N {n}", phones=[number()]) for n in range(6)]
        if chunk == 2:
            entries[3] = msgspec.structs.replace(entries[3], **bad)
        sealed = keys.seal_object(entries)
        Chunk.objects.create(job=job, number=chunk, size=6, entries=sealed)
    work(job.book_id)
    found = outcomes(alice, {"id": str(job.pk)})[1:]
    assert [one["outcome"] for one in found] == ["invitable"] * 9 + ["invalid"] + ["invitable"] * 8
    assert found[9]["reason"] == "unreadable"
    assert len(contacts(alice)) == 18


def test_a_change_that_fails_leaves_no_errand_and_no_number(alice: Person) -> None:
    from django.db import transaction

    from accounts.models import User
    from contacts.models import Errand
    from contacts.services.people import identity_changed

    @transaction.atomic
    def prove() -> None:
        phone = number()
        User.objects.filter(pk=int(alice.id)).update(phone=phone, phone_verified=True)
        identity_changed(int(alice.id), "phone", None, phone)
        raise LookupError

    with pytest.raises(LookupError):
        prove()
    assert not Errand.objects.filter(user_id=int(alice.id), kind="proved").exists()
    assert alice.get("/me")["phone"] is None


def test_a_change_by_hand_that_is_refused_changes_nothing(alice: Person) -> None:
    phones = [number(), number()]
    imported_here = worked_off(alice, [entry(n, f"N {n}", p) for n, p in enumerate(phones)])
    before, start = contacts(alice), alice.get("/bootstrap")
    alice.patch(f"/contacts/{imported_here['contact']}", {"phones": [phones[1]]}, 409)
    assert contacts(alice) == before
    told = alice.get("/updates", epoch=start["epoch"], pts=start["pts"])["updates"]
    assert not [update for update in told if update["kind"].startswith("contact.")]
