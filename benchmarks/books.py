"""What the scenario `import` runs inside Confab: `python -m benchmarks.books one-by-one …`.

`one-by-one PERSON NUMBER…` imports entries as one writes it first: each with its own queries
through the ORM, in one process. `found NUMBER OWNERS` gives so many people a number in their books,
then proves it, and waits until all of them were told. Both print seconds.
"""

from __future__ import annotations

import sys
import time

import django

django.setup()

import phonenumbers  # noqa: E402
from django.db import transaction  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks.people import make_person  # noqa: E402
from contacts.doors.inputs import EntryGiven, ImportGiven  # noqa: E402
from contacts.importing.entries import Card  # noqa: E402
from contacts.importing.work import work  # noqa: E402
from contacts.matching import keys  # noqa: E402
from contacts.models import Book, Contact, Import, Key, Match  # noqa: E402
from contacts.services.imports import ask_for  # noqa: E402
from contacts.services.people import identity_changed  # noqa: E402
from project.sync.models import Update  # noqa: E402

PATIENCE = 60.0


def one_by_one(owner_id: int, phones: list[str]) -> float:
    book = Book.objects.create(owner_id=owner_id, device="one by one", needs_full=False)
    started = time.perf_counter()
    for ref, phone in enumerate(phones):
        _import_one(book, ref, phone)
    return time.perf_counter() - started


def _import_one(book: Book, ref: int, phone: str) -> None:
    number = phonenumbers.parse(phone, None)
    if not phonenumbers.is_valid_number(number):
        return
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    key = keys.hashes(keys.PHONE, e164)[0]
    person = User.objects.filter(phone=e164, phone_verified=True, left_at=None).first()
    contact, _ = Contact.objects.update_or_create(
        book_id=book.pk,
        ref=str(ref),
        defaults={
            "owner_id": book.owner_id,
            "anchor": key[1:],
            "digest": key[1:],
            "name": f"Person {ref}",
            "sorted_as": f"person {ref}",
            "card": keys.seal_object(Card([(phone, e164, False)], [])),
            "user_id": None if person is None else person.pk,
        },
    )
    Key.objects.update_or_create(
        contact_id=contact.pk, key=key, defaults={"owner_id": book.owner_id, "assumed": False}
    )
    if person is not None:
        Match.objects.get_or_create(
            owner_id=book.owner_id, key=key, user_id=person.pk, defaults={"assumed": False}
        )


def found(phone: str, owners: int) -> float:
    ids = []
    for _ in range(owners):
        user, _ = make_person()
        entry = EntryGiven(ref=1, name="Somebody", phones=[phone])
        job = ask_for(
            user_id=user.pk,
            given=ImportGiven(batch="1", device="phone", mode="full", entries=[entry]),
        )
        work(Import.objects.get(pk=int(job.id)).book_id)
        ids.append(user.pk)
    person, _ = make_person()
    told = Update.objects.filter(user_id__in=ids, kind="contact.updated")
    before = told.count()
    started = time.perf_counter()
    with transaction.atomic():
        User.objects.filter(pk=person.pk).update(
            phone=phone, phone_verified=True, discoverable_by="everyone"
        )
        identity_changed(person.pk, "phone", None, phone)
    while told.count() < before + owners:
        if time.perf_counter() - started > PATIENCE:
            raise RuntimeError(f"{told.count() - before} of {owners} were told")
        time.sleep(0.01)
    return time.perf_counter() - started


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["one-by-one", owner, *phones]:
            print(one_by_one(int(owner), phones))
        case ["found", phone, owners]:
            print(found(phone, int(owners)))
