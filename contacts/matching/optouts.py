"""Numbers and addresses whose owners want to be in no book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from contacts.importing.entries import Card
from contacts.importing.preparing import KeyOf, Prepared, keys_of_card, stored_as

REASON = "opted_out"


def strip(entries: Sequence[Prepared]) -> None:
    """Take such numbers and addresses out of the entries."""
    out = opted_out(key for one in entries for key in one.keys)
    for one in entries if out else ():
        if any(key.key in out for key in one.keys):
            one.hold(without(one.card, out))
            one.reason = REASON


def opted_out(wanted: Iterable[KeyOf]) -> set[bytes]:
    """Of these the keys, as they are now, whose owners are out."""
    known = stored_as(wanted)
    with connection.cursor() as cursor:
        cursor.execute("select key from contacts_optout where key = any(%s)", [list(known)])
        return {known[bytes(key)] for (key,) in cursor.fetchall()}


def without(card: Card, out: set[bytes]) -> Card:
    """The card but for what has one of these keys."""
    phones = [phone for phone in card.phones if not _is_out(Card([phone], []), out)]
    emails = [email for email in card.emails if not _is_out(Card([], [email]), out)]
    return Card(phones, emails)


def _is_out(card: Card, out: set[bytes]) -> bool:
    return any(key.key in out for key in keys_of_card(card))
