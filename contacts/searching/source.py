"""Contacts as documents of search: found by their owner alone, by name and by parts of a number or
address."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.public import present_people
from contacts.doors import wire
from contacts.importing.writing import card_of
from contacts.matching import audience
from contacts.models import Contact
from contacts.reading.shapes import contact_outputs
from contacts.searching import parts
from search.public import IN_BOOKS_OF, Document, Key, Kind, Shown, Source, register

VISIBLE = """
exists (select 1 from contacts_contact t where t.id = d.subject and t.owner_id = %(reader)s)
"""
EXTENT = """
(select case when count(*) < 10000 then count(*) end
    from (select from contacts_contact where owner_id = %(reader)s limit 10000) t)
"""


def build(keys: Sequence[Key]) -> list[Document]:
    contacts = list(Contact.objects.filter(pk__in=[key[0] for key in keys]))
    here = {person.pk for person in present_people(ids={c.owner_id for c in contacts})}
    return [_document(contact) for contact in contacts if contact.owner_id in here]


def _document(contact: Contact) -> Document:
    return Document(
        kind="contact",
        key=(contact.pk, 0),
        readers=frozenset({contact.owner_id}),
        at=None,
        fields=(("name", contact.name),),
        terms=tuple(parts.terms_of(contact.owner_id, card_of(contact.card))),
    )


def keys(after: Key, limit: int) -> list[Key]:
    found = Contact.objects.filter(pk__gt=after[0]).order_by("pk")
    return [(pk, 0) for pk in found.values_list("pk", flat=True)[:limit]]


def show(reader: int, kind: str, wanted: Sequence[Key]) -> dict[Key, Shown]:
    mine = Contact.objects.filter(owner_id=reader, pk__in=[key[0] for key in wanted])
    return {
        (int(output.id), 0): Shown(output, _fields(output))
        for output in contact_outputs(reader, list(mine))
    }


def _fields(contact: wire.Contact) -> tuple[tuple[str, str], ...]:
    return (
        ("name", contact.name),
        *(("phones", phone.value) for phone in contact.phones),
        *(("emails", email) for email in contact.emails),
    )


# A change tells whose contacts they are, so others' are out of the way already.
SOURCE = Source(
    name="contact",
    kinds=[Kind("contact", "contacts", wire.Contact)],
    build=build,
    keys=keys,
    show=show,
    visible=VISIBLE,
    near="true",
    extent=EXTENT,
    hidden=parts.sought,
)


def listen() -> None:
    """Register with search; once, when the apps are ready."""
    register(SOURCE)
    IN_BOOKS_OF.append(audience.owners_having)
