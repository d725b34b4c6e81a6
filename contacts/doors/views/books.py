"""The address book."""

from __future__ import annotations

from rest_framework.request import Request

from contacts.doors import inputs, wire
from contacts.doors.limits import CHANGING
from contacts.reading import listing
from contacts.reading.selectors import get_contact
from contacts.reading.shapes import contact_outputs
from contacts.services import books
from project.rest import Operations, caller

operations = Operations("contacts")


@operations.add("GET", "/contacts", query=inputs.ContactQuery, answers={200: wire.ContactPage})
def list_contacts(request: Request, *, query: inputs.ContactQuery) -> wire.ContactPage:
    """My contacts by name"""
    return listing.list_contacts(caller(request), query)


@operations.add("DELETE", "/contacts", answers={204: None})
def forget_contacts(request: Request) -> None:
    """Forget my whole address book, of all devices"""
    books.forget(user_id=caller(request))


@operations.add("GET", "/contacts/{id}", answers={200: wire.Contact}, errors=("not_found",))
def show_contact(request: Request, *, id: str) -> wire.Contact:
    """One contact"""
    owner_id = caller(request)
    return contact_outputs(owner_id, [get_contact(owner_id, id)])[0]


@operations.add(
    "PATCH",
    "/contacts/{id}",
    body=inputs.ContactChange,
    answers={200: wire.Contact},
    errors=("not_found", "version_conflict"),
    rate=CHANGING,
)
def change_contact(request: Request, *, id: str, body: inputs.ContactChange) -> wire.Contact:
    """Change a contact by hand; it stays so until the device's own entry changes"""
    return books.change(user_id=caller(request), number=id, given=body)


@operations.add(
    "DELETE", "/contacts/{id}", answers={204: None}, errors=("not_found",), rate=CHANGING
)
def remove_contact(request: Request, *, id: str) -> None:
    """Take one contact out of the book"""
    books.remove(user_id=caller(request), number=id)
