"""What contacts holds of one person: for the copy they ask for, and for their leaving."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from contacts.doors import wire
from contacts.models import Book, Contact, Import, Invite, Joined, Seen
from contacts.reading.shapes import contact_outputs, import_output, invite_outputs
from contacts.services.books import erase

PAGE = 500


def contacts(user_id: int) -> Iterator[wire.Contact]:
    last = 0
    mine = Contact.objects.filter(owner_id=user_id).order_by("pk")
    while page := list(mine.filter(pk__gt=last)[:PAGE]):
        yield from contact_outputs(user_id, page)
        last = page[-1].pk


def imports(user_id: int) -> Iterator[wire.Import]:
    jobs = Import.objects.filter(owner_id=user_id).select_related("book").order_by("pk")
    for job in jobs.iterator(PAGE):
        yield import_output(job)


def invites(user_id: int) -> Iterator[wire.Invite]:
    yield from invite_outputs(
        user_id, list(Invite.objects.filter(inviter_id=user_id).order_by("pk"))
    )


@transaction.atomic
def erase_book(user_id: int) -> int:
    """The whole book, what it was made of, and what was asked for."""
    count = len(erase(user_id))
    Book.objects.filter(owner_id=user_id).delete()
    Seen.objects.filter(owner_id=user_id).delete()
    return count


def erase_invites(user_id: int) -> int:
    Joined.objects.filter(viewer_id=user_id).delete()
    Joined.objects.filter(person_id=user_id).delete()
    return Invite.objects.filter(inviter_id=user_id).delete()[0]
