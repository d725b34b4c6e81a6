"""Address books of people in tests, and how their imports are waited for."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.apart import apart
from tests.people import Person
from tests.waiting import until

ENDED = ("done", "failed", "cancelled")


def number() -> str:
    """A valid Austrian mobile number that no other test has."""
    return f"+43664{secrets.randbelow(9_000_000) + 1_000_000}"


def entry(ref: Any, name: str = "", *phones: Any, **more: Any) -> dict[str, Any]:
    return {"ref": ref, "name": name, "phones": list(phones), "emails": [], **more}


def asked(person: Person, entries: Iterable[Any], **more: Any) -> Any:
    """An import that was taken; a full one of the device `phone`, unless said otherwise."""
    body = {"batch": secrets.token_hex(8), "device": "phone", "mode": "full", **more}
    return person.post("/contacts/imports", {**body, "entries": list(entries)}, 202)


def ended(person: Person, job: Any) -> Any:
    """The import once it is over."""
    return until(lambda: _over(person.get(f"/contacts/imports/{job['id']}")))


def _over(job: Any) -> Any:
    return job if job["state"] in ENDED else None


def imported(person: Person, entries: Iterable[Any], **more: Any) -> Any:
    job = ended(person, asked(person, entries, **more))
    assert job["state"] == "done", job
    return job


def outcomes(person: Person, job: Any, **query: Any) -> list[Any]:
    found: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = person.get(f"/contacts/imports/{job['id']}/entries", limit=200, **query, **cursor)
        found += page["results"]
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


def contacts(person: Person, **query: Any) -> list[Any]:
    found: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = person.get("/contacts", limit=200, **query, **cursor)
        found += page["results"]
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


def give_number(person: Person, phone: str) -> None:
    """Make a number the person's proved one, as its code would."""
    apart(lambda: _give_number(int(person.id), phone))


def _give_number(user_id: int, phone: str) -> None:
    from django.db import transaction

    from accounts.models import User
    from contacts.services.people import identity_changed

    with transaction.atomic():
        old = User.objects.get(pk=user_id).phone
        User.objects.filter(pk=user_id).update(phone=phone, phone_verified=True)
        identity_changed(user_id, "phone", old, phone)


def findable(person: Person, audience: str = "everyone") -> None:
    person.patch("/me", {"discoverable_by": audience})


def worked_off(person: Person, entries: Iterable[Any], **more: Any) -> dict[str, str]:
    """An import that is done, by this process; its id, and that of the first contact."""
    from contacts.importing.work import work
    from contacts.models import Import

    job = asked(person, entries, **more)
    work(Import.objects.get(pk=int(job["id"])).book_id)
    first = outcomes(person, job)[0]
    return {"import": job["id"], "contact": first.get("contact", "")}


def state_of(person: Person, contact: str) -> str:
    return str(person.get(f"/contacts/{contact}")["state"])


def only(person: Person, job: Any) -> str:
    """The id of the contact that the only entry of an import is."""
    (one,) = outcomes(person, job)
    return str(one["contact"])


def errands_done() -> bool:
    """Whether everybody was told what they must learn."""
    from contacts.models import Errand

    return not Errand.objects.exists()


@contextmanager
def nobody_works() -> Iterator[None]:
    """While this lasts, imports are taken and none is worked on."""
    from django.db import connection, transaction

    from contacts.matching.writers import GATE

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [GATE])
        yield
