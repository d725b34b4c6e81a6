"""Hashes of people's numbers: under keys that change, and for as long as somebody brings them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from prometheus_client import REGISTRY

from contacts.matching import keys
from tests.contacts.books import entry, findable, give_number, number
from tests.people import Person
from tests.waiting import until

Rotate = Callable[[], None]


@pytest.fixture
def rotate(alice: Person) -> Iterator[Rotate]:
    """Have another key write from now on, in this process. Nobody else can read what it wrote, so
    Alice's book is gone afterwards."""
    from contacts.services.books import erase

    before = settings.CONTACT_KEYS

    def use(wanted: dict[int, str]) -> None:
        settings.CONTACT_KEYS = wanted
        keys._versions.cache_clear()
        keys._seals.cache_clear()

    yield lambda: use({**before, max(before) + 1: "another key, " * 4})
    erase(int(alice.id))
    use(before)


def brought(person: Person, *entries: Any, **more: Any) -> list[tuple[Any, str, str]]:
    """An import in this process, since the server knows nothing of the new key; (ref, outcome,
    contact)."""
    import msgspec

    from contacts.doors.inputs import ImportGiven, OutcomeQuery
    from contacts.importing.work import work
    from contacts.models import Import
    from contacts.reading.listing import list_outcomes
    from contacts.services.imports import ask_for

    body = {"batch": number(), "device": "phone", "mode": "full", **more, "entries": entries}
    told = ask_for(user_id=int(person.id), given=msgspec.convert(body, ImportGiven))
    job = Import.objects.select_related("book").get(pk=int(told.id))
    work(job.book_id)
    return [
        (one.ref, one.outcome, str(one.contact))
        for one in list_outcomes(job, OutcomeQuery(limit=200)).results
    ]


def seen(person: Person) -> int:
    from contacts.models import Seen

    return Seen.objects.filter(owner_id=int(person.id)).count()


def test_another_key_changes_nothing_of_what_is_known(
    alice: Person, bob: Person, rotate: Rotate
) -> None:
    from contacts.matching import errands
    from contacts.models import Contact, OptOut

    phone, stranger, out = number(), number(), number()
    findable(bob)
    give_number(bob, phone)
    OptOut.objects.bulk_create([OptOut(key=key) for key in keys.hashes(keys.PHONE, out)])
    book = [entry(1, "Bob", phone), entry(2, "Stranger", stranger), entry(3, "Out", out)]
    before = brought(alice, *book)
    assert [kind for _, kind, _ in before] == ["matched", "invitable", "invalid"]
    findable(bob, "nobody")
    rotate()
    changed = [{**one, "ref": f"new {one['ref']}", "name": one["name"] + "!"} for one in book]
    after = brought(alice, *changed)
    assert [kind for _, kind, _ in after] == ["matched", "invitable", "invalid"]
    assert [contact for *_, contact in after] == [contact for *_, contact in before]
    assert seen(alice) == 2
    give_number(bob, number())
    errands.run()
    assert Contact.objects.get(pk=int(before[0][2])).user_id is None


def test_strangers_are_forgotten_that_nobody_brings_any_more(
    alice: Person, bob: Person, mallory: Person
) -> None:
    from contacts.matching import outdating
    from contacts.models import Book, Key, Seen
    from project.errors import Problem

    phone, hidden, stranger = number(), number(), number()
    findable(bob)
    give_number(bob, phone)
    give_number(mallory, hidden)
    findable(mallory, "nobody")
    book = [entry(1, "B", phone), entry(2, "M", hidden), entry(3, "S", stranger)]
    before = brought(alice, *book)
    old = timezone.now() - outdating.KEPT
    mine = Book.objects.filter(owner_id=int(alice.id))
    ids = [int(contact) for *_, contact in before]

    def kept() -> set[int]:
        return set(Key.objects.filter(contact_id__in=ids).values_list("contact_id", flat=True))

    outdating.forget_strangers()
    assert kept() == set(ids)
    mine.update(brought_at=old - dt.timedelta(minutes=1))
    Seen.objects.filter(owner_id=int(alice.id)).update(at=old - dt.timedelta(minutes=1))
    assert outdating.forget_strangers() == 1
    assert kept() == set(ids[:2])
    assert seen(alice) == 2
    assert outdating.forget_strangers() == 0
    with pytest.raises(Problem) as refused:
        brought(alice, mode="delta", base_version=1)
    assert refused.value.code == "need_full"
    assert brought(alice, *book) == before
    assert kept() == set(ids)
    findable(mallory)


def test_what_becomes_of_entries_is_counted(alice: Person) -> None:
    def counted(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0.0

    def one_is_counted() -> bool:
        """Not if the worker of other tests was quicker: each process counts what it did itself."""
        invitable = counted("confab_import_entries_total", outcome="invitable")
        done = counted("confab_imports_total", state="done")
        brought(alice, entry(1, "One", number()), entry(2, "Two", number()))
        invitable = counted("confab_import_entries_total", outcome="invitable") - invitable
        return (invitable, counted("confab_imports_total", state="done") - done) == (2, 1)

    until(one_is_counted)
