"""Somebody can no longer be found by a number: they gave it up, or left, or want to be in no book.

No old edge passes to whoever has the number next.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet

from contacts.importing import writing
from contacts.importing.preparing import anchors_of, keys_of_card
from contacts.matching import keys, optouts
from contacts.matching.revealing import Told
from contacts.models import Contact, Invite, InviteState, Match
from contacts.models.invites import ALIVE
from contacts.models.matches import Errand
from project.sync.log import Entry

FORGET = """
update contacts_contact c set user_id = null, updated_at = now()
where c.user_id = %s and c.owner_id = any(%s) and not exists (
    select from contacts_key k join contacts_match m
    on m.owner_id = c.owner_id and m.key = k.key and m.user_id = c.user_id
    where k.contact_id = c.id
)
returning c.id, c.owner_id
"""


def given_up(errand: Errand, limit: int) -> Told:
    """Matches by these keys are over; a contact that has none left is `invitable`."""
    matches = Match.objects.filter(user_id=errand.user_id, key__in=_bytes(errand))
    return _forget(errand, matches, limit)


def left(errand: Errand, limit: int) -> Told:
    """All matches with the person are over."""
    return _forget(errand, Match.objects.filter(user_id=errand.user_id), limit)


def _forget(errand: Errand, matches: QuerySet[Match], limit: int) -> Told:
    owners = list(
        matches.filter(owner_id__gt=errand.cursor)
        .order_by("owner_id").values_list("owner_id", flat=True).distinct()[:limit]
    )  # fmt: skip
    matches.filter(owner_id__in=owners).delete()
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [errand.user_id, owners])
        changed = cursor.fetchall()
    entries = [Entry(owner_id, "contact.updated", contact_id) for contact_id, owner_id in changed]
    return Told(owners[-1] if len(owners) == limit else None, entries, [])


def opted_out(errand: Errand, limit: int) -> Told:
    """These numbers and addresses leave all books, and invitations to them are off."""
    out = set(_bytes(errand))
    Invite.objects.filter(keys__key__in=out, state__in=ALIVE, own=False).update(
        state=InviteState.REVOKED
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct contact_id from contacts_key where key = any(%s)"
            " order by contact_id limit %s",
            [list(out), limit],
        )
        ids = [contact_id for (contact_id,) in cursor.fetchall()]
    entries = [_strip(contact, out) for contact in Contact.objects.filter(pk__in=ids)]
    return Told(1 if len(ids) == limit else None, entries, [])


def _strip(contact: Contact, out: set[bytes]) -> Entry:
    """The contact without what is out; gone, if nothing is left or the book has it already."""
    card = optouts.without(writing.card_of(contact.card), out)
    left = keys_of_card(card)
    anchors = anchors_of(left)
    twins = Contact.objects.filter(book_id=contact.book_id, anchor__in=anchors)
    if not left or twins.exclude(pk=contact.pk).exists():
        writing.remove([contact.pk])
        return Entry(contact.owner_id, "contact.removed", contact.pk)
    Contact.objects.filter(pk=contact.pk).update(anchor=anchors[0], card=keys.seal_object(card))
    writing.set_keys(contact.owner_id, [contact.pk], {contact.pk: left})
    return Entry(contact.owner_id, "contact.updated", contact.pk)


def _bytes(errand: Errand) -> list[bytes]:
    return [bytes(key) for key in errand.keys]
