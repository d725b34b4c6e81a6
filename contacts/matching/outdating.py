"""Hashes of people who are no members are kept for as long as a device goes on bringing them.

Of a book that was not brought for `KEPT` its owner still sees all contacts. Strangers in it can be
matched again, and invited people credited by their numbers, once the book comes as a whole.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction
from django.utils import timezone

from contacts.importing import writing
from contacts.importing.preparing import keys_of_card
from contacts.matching import finding, writers
from contacts.models import Book, Contact, Key

KEPT = dt.timedelta(days=90)
BOOKS = 200
"""So many are looked at in one go."""

# What was asked for counts for a month, and later only as long as it stands in some book.
FORGET_SEEN = """
delete from contacts_seen s where owner_id = %s and at < %s
    and not exists (select from contacts_key k where k.owner_id = s.owner_id and k.key = s.key)
"""


def forget_strangers() -> int:
    """In how many books strangers' hashes were forgotten."""
    since = timezone.now() - KEPT
    old = Book.objects.filter(brought_at__lt=since).order_by("brought_at")
    return sum(_outdated(book_id, since) for book_id in old.values_list("pk", flat=True)[:BOOKS])


@transaction.atomic
def _outdated(book_id: int, since: dt.datetime) -> bool:
    """An entry without a digest is another one when it comes again, so its hashes come back."""
    writers.enter()
    books = Book.objects.select_for_update().filter(pk=book_id, brought_at__lt=since)
    if (book := books.first()) is None:
        return False
    strangers = _strangers(book_id)
    Key.objects.filter(contact_id__in=strangers).delete()
    Contact.objects.filter(pk__in=strangers).update(digest=b"")
    with connection.cursor() as cursor:
        cursor.execute(FORGET_SEEN, [book.owner_id, since])
    books.update(brought_at=None, needs_full=True)
    return True


def _strangers(book_id: int) -> list[int]:
    """Contacts that are no members; not even such as hide from the book's owner."""
    cards = Contact.objects.filter(book_id=book_id, user_id=None).values_list("pk", "card")
    keys = {pk: keys_of_card(writing.card_of(card)) for pk, card in cards}
    members = finding.members([key for found in keys.values() for key in found])
    return [pk for pk, found in keys.items() if not any(key.key in members for key in found)]
