"""Changing single contacts, and forgetting the whole book."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import F
from msgspec import UNSET, structs

from accounts.public import identities_of
from contacts.doors import wire
from contacts.doors.inputs import ContactChange
from contacts.importing import applying, work, writing
from contacts.importing.entries import Card, Value, ref_of
from contacts.importing.entries import Entry as Given
from contacts.importing.preparing import Prepared, Regions, prepare
from contacts.importing.telling import TOLD
from contacts.matching import finding, optouts, writers
from contacts.matching.budgets import Budget
from contacts.matching.finding import Owner
from contacts.models import Book, Contact, Import, Invite, InviteState, Match, State
from contacts.models.imports import OPEN, Chunk
from contacts.models.invites import ALIVE
from contacts.reading.selectors import get_contact
from contacts.reading.shapes import contact_outputs
from project.errors import Problem, invalid
from project.sync.log import Entry, append_and_tell_on_commit


@transaction.atomic
def change(*, user_id: int, number: str, given: ContactChange) -> wire.Contact:
    """Change a contact by hand. It stays so until the device's own entry changes.

    Raises `validation` for one with nothing to match, `version_conflict` if the book has another
    one with the same numbers and addresses, and `rate_limited` when the budget is used up.
    """
    writers.enter()
    contact = get_contact(user_id, number, lock=True)
    (before,) = contact_outputs(user_id, [contact])
    owner = identities_of([user_id])[user_id]
    one = _prepared(contact, before, given, owner.phone)
    twins = writing.known_by("anchor", contact.book_id, one.anchors)
    if any(twin.id != contact.pk for twin in twins):
        raise Problem("version_conflict", "Another contact has these numbers and addresses.")
    budget = Budget(user_id, owner.created_at, one.keys)
    if not budget.take(one.keys):
        raise Problem("rate_limited", retry_after=budget.seconds_left())
    found = finding.find(Owner(owner.id, owner.phone, owner.email), one.keys)
    changed = applying.new_contact(contact.pk, one, finding.best(one.keys, found))
    writing.update([changed])
    writing.set_keys(user_id, [contact.pk], {contact.pk: one.keys})
    writing.note_seen(user_id, budget.new)
    writing.note_matches(user_id, [(k, f.user_id, f.assumed) for k, f in found.items() if f.is_new])
    contact.refresh_from_db()
    (after,) = contact_outputs(user_id, [contact])
    if structs.replace(after, updated_at=before.updated_at) != before:
        append_and_tell_on_commit([Entry(user_id, "contact.updated", contact.pk)])
    return after


def _prepared(
    contact: Contact, before: wire.Contact, given: ContactChange, phone: str | None
) -> Prepared:
    """The contact as it shall be; what is not given stays as it was understood."""
    phones: list[Value] = [
        phone_given
        if isinstance(phone_given, str)
        else (phone_given.value, phone_given.region.upper())
        for phone_given in (() if given.phones is UNSET else given.phones)
    ]
    name = before.name if given.name is UNSET else given.name.strip()
    emails = [] if given.emails is UNSET else given.emails
    entry = Given(ref_of(contact.ref), 0, name, phones, emails)
    one = prepare(0, entry, bytes(contact.digest), Regions(phone, None))
    old = writing.card_of(contact.card)
    one.hold(
        Card(
            old.phones if given.phones is UNSET else one.card.phones,
            old.emails if given.emails is UNSET else one.card.emails,
        )
    )
    optouts.strip([one])
    if not one.keys:
        raise invalid("/phones", "There is nothing to match.", one.reason or "nothing_to_match")
    return one


@transaction.atomic
def remove(*, user_id: int, number: str) -> None:
    """Take a contact out of the book. If the device still has it, a full import brings it back."""
    contact = get_contact(user_id, number, lock=True)
    writing.remove([contact.pk])
    append_and_tell_on_commit([Entry(user_id, "contact.removed", contact.pk)])


@transaction.atomic
def forget(*, user_id: int) -> None:
    """Forget the whole book: contacts, matches, what imports brought; open invitations are revoked.
    What was asked for stays counted. Devices are told of imports that must be looked at anew."""
    books = list(Book.objects.select_for_update().filter(owner_id=user_id).order_by("pk"))
    for job in Import.objects.filter(owner_id=user_id, state__in=OPEN).select_related("book"):
        work.end(job, State.CANCELLED)
    ids = erase(user_id)
    Book.objects.filter(pk__in=[book.pk for book in books]).update(needs_full=True)
    Invite.objects.filter(inviter_id=user_id, state__in=ALIVE).update(state=InviteState.REVOKED)
    append_and_tell_on_commit(_entries_of_removal(user_id, ids))


def _entries_of_removal(user_id: int, ids: list[int]) -> list[Entry]:
    """Each contact, or that the list is to be fetched anew, if they are many."""
    if len(ids) <= TOLD:
        return [Entry(user_id, "contact.removed", contact_id) for contact_id in ids]
    last = Import.objects.filter(owner_id=user_id).order_by("-pk").first()
    if last is None:
        return []
    Import.objects.filter(pk=last.pk).update(changed=F("changed") + len(ids))
    return [Entry(user_id, "import.updated", last.pk)]


def erase(user_id: int) -> list[int]:
    """Delete contacts, keys, matches and the entries of imports; the contacts' ids."""
    Chunk.objects.filter(job__owner_id=user_id).delete()
    Match.objects.filter(owner_id=user_id).delete()
    with connection.cursor() as cursor:
        cursor.execute("delete from contacts_contact where owner_id = %s returning id", [user_id])
        ids = [contact_id for (contact_id,) in cursor.fetchall()]
    writing.remove(ids)
    return ids
