"""Changes of a book: deltas, undoing, cancelling, forgetting, single contacts, files."""

from __future__ import annotations

import csv
import io
import secrets
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
    nobody_works,
    number,
    only,
    outcomes,
)
from tests.devices import opened
from tests.people import Person

pytestmark = pytest.mark.usefixtures("worker")

FULL = {"batch": "b", "device": "d", "mode": "full"}


def names(person: Person, **query: Any) -> list[str]:
    return [contact["name"] for contact in contacts(person, **query)]


def refused(person: Person, **more: Any) -> str:
    body = {"batch": secrets.token_hex(8), "device": "phone", "mode": "delta", "entries": []}
    response = person.http.post("/contacts/imports", json=body | more)
    assert response.status_code in (400, 409), response.text
    return str(response.json()["code"])


def delta(person: Person, entries: list[Any], base: int) -> Any:
    return imported(person, entries, mode="delta", base_version=base)


async def test_a_delta_changes_what_it_names(alice: Person) -> None:
    one, two, three = number(), number(), number()
    first = imported(alice, [entry(1, "One", one), entry(2, "Two", two)])
    async with opened(alice) as device:
        changes = [entry(1, "Uno", one), {"ref": 2, "op": "remove"}, entry(3, "Three", three)]
        job = delta(alice, changes, first["version"])
        told = [await device.update("contact.updated") for _ in range(2)]
        gone = await device.update("contact.removed")
        assert (await device.update("import.updated"))["id"] == job["id"]
    assert sorted(contact["name"] for contact in told) == ["Three", "Uno"]
    removed = outcomes(alice, job, outcome="removed")
    assert removed == [{"ref": 2, "outcome": "removed", "contact": gone["id"]}]
    assert names(alice) == ["Three", "Uno"]
    assert (job["version"], job["removed"]) == (first["version"] + 1, 1)


def test_a_delta_on_another_version_needs_the_whole_book(alice: Person) -> None:
    assert refused(alice, base_version=0) == "need_full"
    version = imported(alice, [entry(1, "One", number())])["version"]
    assert refused(alice) == "validation"
    assert refused(alice, base_version=version + 1) == "need_full"
    imported(alice, [], mode="delta", base_version=version)
    assert refused(alice, base_version=version) == "need_full"


async def test_the_same_book_again_tells_no_updates(alice: Person) -> None:
    book = [entry(ref, f"Name {ref}", number()) for ref in range(300)]
    imported(alice, book)
    before = alice.get("/bootstrap")
    seen = contacts(alice)
    async with opened(alice) as device:
        job = imported(alice, book)
        while (await device.signal("import.progress"))["state"] != "done":
            pass
    assert (job["invitable"], job["processed"]) == (300, 300)
    since = alice.get("/updates", epoch=before["epoch"], pts=before["pts"])["updates"]
    assert {update["kind"] for update in since} <= {"counts.updated"}  # of the first one's item
    assert contacts(alice) == seen


def test_a_contact_keeps_its_id_when_its_number_changes(alice: Person) -> None:
    contact = only(alice, imported(alice, [entry("x", "One", number())]))
    changed = number()
    assert only(alice, imported(alice, [entry("x", "One", changed)])) == contact
    assert alice.get(f"/contacts/{contact}")["phones"][0]["e164"] == changed


def test_undoing_puts_the_book_back(alice: Person, bob: Person) -> None:
    phone, two = number(), number()
    findable(bob)
    give_number(bob, phone)
    book = [entry(1, "Bob", phone), entry(2, "Two", two), entry(3, "Three", number())]
    imported(alice, book)
    before = contacts(alice)
    findable(bob, "nobody")
    job = imported(
        alice, [entry(1, "Roberto", phone), entry(2, "Two", number()), entry(4, "", two)]
    )
    assert job["removed"] == 1
    undone = ended(alice, alice.post(f"/contacts/imports/{job['id']}/undo", status=202))
    assert (undone["state"], undone["undoes"]) == ("done", job["id"])
    assert without_times(contacts(alice)) == without_times(before)
    again = alice.post(f"/contacts/imports/{job['id']}/undo", status=202)
    assert again["id"] == undone["id"]
    other = imported(alice, book)
    alice.post(f"/contacts/imports/{job['id']}/undo", status=202)
    imported(alice, [])
    alice.post(f"/contacts/imports/{other['id']}/undo", status=409)


def without_times(found: list[Any]) -> list[Any]:
    return [contact | {"updated_at": ""} for contact in found]


def test_a_cancelled_import_needs_a_full_one_next(alice: Person) -> None:
    imported(alice, [entry(1, "One", number())])
    with nobody_works():
        job = asked(alice, [entry(2, "Two", number())])
        cancelled = alice.delete(f"/contacts/imports/{job['id']}", 200)
    assert (cancelled["state"], cancelled["removed"]) == ("cancelled", 0)
    assert refused(alice, base_version=cancelled["version"]) == "need_full"
    assert names(alice) == ["One"]
    assert alice.delete(f"/contacts/imports/{job['id']}", 200) == cancelled
    done = imported(alice, [])
    assert alice.delete(f"/contacts/imports/{done['id']}", 200) == done


def test_forgetting_forgets_everything_but_the_budget(alice: Person) -> None:
    from contacts.models import Chunk, Key, Match, Seen

    version = imported(alice, [entry(1, "One", number())])["version"]
    link = alice.post("/contacts/invites", {"channel": "link"})["results"][0]["invite"]
    alice.delete("/contacts")
    assert contacts(alice) == []
    me = int(alice.id)
    assert not Key.objects.filter(owner_id=me).exists()
    assert not Match.objects.filter(owner_id=me).exists()
    assert not Chunk.objects.filter(job__owner_id=me).exists()
    assert Seen.objects.filter(owner_id=me).count() == 1
    assert refused(alice, base_version=version) == "need_full"
    token = link["link"].rpartition("/")[2]
    assert alice.get(f"/invites/{token}")["state"] == "revoked"


def test_a_contact_is_changed_and_removed_by_hand(alice: Person) -> None:
    phone = number()
    book = [entry(1, "One", phone), entry(2, "Two", number())]
    imported(alice, book)
    one = contacts(alice)[0]
    changed = alice.patch(f"/contacts/{one['id']}", {"name": "Uno", "emails": ["A@B.example"]})
    assert (changed["name"], changed["emails"]) == ("Uno", ["a@b.example"])
    assert changed["phones"] == one["phones"]
    imported(alice, book)
    assert names(alice) == ["Two", "Uno"]
    alice.patch(f"/contacts/{one['id']}", {"phones": [], "emails": []}, 400)
    alice.delete(f"/contacts/{one['id']}")
    alice.get(f"/contacts/{one['id']}", 404)


def test_contacts_are_found_by_name_number_and_address(alice: Person) -> None:
    phone = number()
    imported(alice, [entry(1, "Ärger Émile", phone), entry(2, "Zoë", emails=["zoe@example.org"])])
    assert names(alice, q="ÉMI") == ["Ärger Émile"]
    assert names(alice, q=phone[:5] + " " + phone[5:]) == ["Ärger Émile"]
    assert names(alice, q="Zoe@Example.org") == ["Zoë"]
    assert names(alice, q="nobody") == []
    assert names(alice, state="matched") == []
    assert len(names(alice, state="invitable")) == 2


def test_problems_come_as_a_file_that_imports_once_corrected(alice: Person) -> None:
    bad = b'Name,Phone 1 - Value\r\n"=HYPERLINK(1)",12345\r\nGood,' + number().encode()
    form = {"batch": "file", "device": "page", "mode": "full"}
    response = alice.http.post(
        "/contacts/imports", data=form, files={"file": ("contacts.csv", bad)}
    )
    assert response.status_code == 202, response.text
    job = ended(alice, response.json())
    assert (job["state"], job["total"], job["invalid"], job["invitable"]) == ("done", 2, 1, 1)
    invalid, good = outcomes(alice, job)
    assert (invalid["ref"], invalid["line"], invalid["outcome"]) == (1, 2, "invalid")
    assert (good["ref"], good["line"]) == (2, 3)
    answer = alice.http.get(f"/contacts/imports/{job['id']}/problems")
    assert answer.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))
    assert row["Name"].startswith("'=")
    corrected = answer.text.replace("12345", number())
    again = alice.http.post(
        "/contacts/imports", data=form | {"batch": "2"}, files={"file": ("p.csv", corrected)}
    )
    assert ended(alice, again.json())["invitable"] == 1
    assert names(alice) == ["=HYPERLINK(1)"]


@pytest.mark.parametrize(
    ("form", "files", "code"),
    [
        (FULL, {}, "validation"),
        (FULL | {"x": "y"}, {"file": b"a"}, "validation"),
        ({"batch": "b", "device": "d"}, {"file": b"Name,Phone\n"}, "validation"),
        (FULL, {"file": b"Name,Phone\n" + b"x,1\n" * 20_001}, "too_large"),
    ],
)
def test_a_form_that_is_wrong_is_refused(
    alice: Person, form: dict[str, str], files: dict[str, bytes], code: str
) -> None:
    brought = {name: ("f.csv", data) for name, data in files.items()} or {"other": ("f", b"")}
    response = alice.http.post("/contacts/imports", data=form, files=brought)
    assert response.json()["code"] == code
