"""Contacts in search: found by their owner alone, until they are forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from contacts.searching.source import SOURCE
from tests.contacts.books import entry, findable, give_number, number, worked_off
from tests.people import Person
from tests.search.engines import index


def found(person: Person, q: str, kinds: str = "contacts") -> list[str]:
    answer = person.get("/search", q=q, **{"in": kinds})
    assert answer["total"] == len(answer["results"])
    member = {"contacts": "contact", "people": "user"}[kinds]
    return [result[member]["name"] for result in answer["results"]]


def book_of(person: Person, phone: str) -> dict[str, str]:
    return worked_off(
        person,
        [
            entry(1, "Zofia Łąka", phone),
            entry(2, "Room 101", emails=["front.desk@hotel.example.org"]),
            entry(3, "Jörg", "0664 765 43 99"),
        ],
        region="AT",
    )


def held(*ids: str) -> int:
    """How many of these the index holds."""
    from search.models import Document

    return Document.objects.filter(kind="contact", subject__in=[int(i) for i in ids]).count()


def test_contacts_are_found_by_their_owner_alone(alice: Person, mallory: Person) -> None:
    phone = "+436641234567"
    book_of(alice, phone)
    for _ in ("late", "indexed"):
        assert found(alice, "laka") == found(alice, "zof") == ["Zofia Łąka"]
        for part in ("4123", "123 4567", "+43664", "+43 664", "0664123", "00436641234567", phone):
            assert "Zofia Łąka" in found(alice, part), part
        assert found(alice, "41235") == found(alice, "4432") == []
        assert found(alice, "101") == found(alice, "hotel.example.org") == ["Room 101"]
        assert found(alice, "front.desk@Hotel.example.org") == ["Room 101"]
        assert found(alice, "zofia -234") == []
        assert found(alice, "room -234") == ["Room 101"]
        (result,) = alice.get("/search", q="jorg", **{"in": "contacts"})["results"]
        assert result["type"] == "contact"
        assert result["highlights"] == [{"field": "name", "text": "Jörg", "spans": [[0, 4]]}]
        for query in ("zofia", "4123", phone, "room", "front.desk@hotel.example.org", "-nothing"):
            assert found(mallory, query) == []
        index("postgres")


def test_the_index_holds_no_number(alice: Person) -> None:
    from search.postgres.vectors import vector_of

    contact = book_of(alice, "+436641234567")["contact"]
    (document,) = SOURCE.build([(int(contact), 0)])
    assert "'zofia':1" in vector_of(document)
    assert not any(part in vector_of(document) for part in ("6641", "1234567"))


def test_what_is_changed_or_forgotten_is_not_found(alice: Person) -> None:
    phone = number()
    contact = book_of(alice, phone)["contact"]
    index("postgres")
    assert held(contact) == 1
    alice.patch(f"/contacts/{contact}", {"name": "Sophie"})
    for _ in ("late", "indexed"):
        assert (found(alice, "zofia"), found(alice, "sophie")) == ([], ["Sophie"])
        index("postgres")
    alice.delete("/contacts")
    for _ in ("late", "indexed"):
        assert found(alice, f"sophie OR room OR {phone}") == []
        index("postgres")
    assert held(contact) == 0


def test_a_chunk_is_one_change(alice: Person) -> None:
    """One row a statement, whatever is in it; one that changes nothing tells nothing."""
    entries = [entry(ref, f"N {ref}", number()) for ref in range(300)]
    worked_off(alice, entries)
    assert changes(alice) == [250, 50]
    index("postgres")
    worked_off(alice, [{**one, "ref": f"new {one['ref']}"} for one in entries])
    assert changes(alice) == []


@pytest.mark.parametrize(
    "q", ["1" * 9000, "+", "()", "1" * 9000 + "x", "+1 " * 40, "0" * 30, "٣٤٥"]
)
def test_whatever_looks_like_a_number_is_answered(alice: Person, q: str) -> None:
    assert found(alice, q) == []


def changes(person: Person) -> list[int]:
    from search.models import Change

    rows: Any = Change.objects.filter(source="contact", reader=int(person.id)).order_by("id")
    return [len(row.subjects) for row in rows]


@pytest.mark.parametrize(("audience", "finds"), [("contacts", True), ("nobody", False)])
def test_people_are_found_by_those_in_their_book(
    alice: Person, bob: Person, mallory: Person, audience: str, finds: bool
) -> None:
    phone = number()
    give_number(bob, phone)
    worked_off(alice, [entry(1, "Bob", phone)])
    alice.patch("/me", {"name": "Quirina"})
    findable(alice, audience)
    for _ in ("late", "indexed"):
        assert found(bob, "quirina", "people") == (["Quirina"] if finds else [])
        assert found(mallory, "quirina", "people") == []
        index("postgres")
