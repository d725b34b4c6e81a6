"""One's own contacts, imports and invitations; what is somebody else's is not there."""

from __future__ import annotations

from contacts.models import Book, Contact, Import, Invite
from project.errors import Problem
from project.ids import parse_id


def get_contact(owner_id: int, number: str, *, lock: bool = False) -> Contact:
    """With `lock`, its book is held too. Raises `not_found`."""
    found = Contact.objects.filter(owner_id=owner_id, pk=parse_id(number)).first()
    if found is not None and lock:
        Book.objects.select_for_update().get(pk=found.book_id)
        found = Contact.objects.select_for_update().filter(pk=found.pk).first()
    if found is None:
        raise Problem("not_found")
    return found


def get_import(owner_id: int, number: str, *, lock: bool = False) -> Import:
    """With `lock`, its book is held. Raises `not_found`."""
    mine = Import.objects.filter(owner_id=owner_id, pk=parse_id(number)).select_related("book")
    found = mine.first()
    if found is not None and lock:
        Book.objects.select_for_update().get(pk=found.book_id)
        found = mine.first()
    if found is None:
        raise Problem("not_found")
    return found


def get_invite(inviter_id: int, number: str) -> Invite:
    """Raises `not_found`."""
    found = Invite.objects.filter(inviter_id=inviter_id, pk=parse_id(number)).first()
    if found is None:
        raise Problem("not_found")
    return found
