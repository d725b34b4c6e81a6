"""The audience `contacts`: who is in the book of the one who is asked about.

Only a number or address that stands there as its owner proved it counts; one that got its country
from a region, or is of a plan that changed, gives no rights.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from accounts.public import identities_of
from contacts import numbers
from contacts.matching import keys

HAVING = """
select distinct owner_id from contacts_key
where key = any(%s) and (%s::bigint[] is null or owner_id = any(%s)) and not assumed
    and coalesce(exact, key) = any(%s)
"""


def who_has(
    phones: Iterable[str | None], emails: Iterable[str | None], owners: Iterable[int] | None
) -> set[int]:
    """Those of `owners` (None: of all) who have one of these proved numbers or addresses in their
    book."""
    common: list[bytes] = []
    exact: list[bytes] = []
    for phone in filter(None, phones):
        common += keys.hashes(keys.PHONE, numbers.alias(phone))
        exact += keys.hashes(keys.PHONE, phone)
    for email in filter(None, emails):
        common += keys.hashes(keys.EMAIL, email)
        exact += keys.hashes(keys.EMAIL, email)
    asked = None if owners is None else list(owners)
    with connection.cursor() as cursor:
        cursor.execute(HAVING, [common, asked, asked, exact])
        return {owner_id for (owner_id,) in cursor.fetchall()}


def who_has_person(user_id: int, owners: Iterable[int]) -> set[int]:
    """Those of `owners` who have this person in their book: the hook of accounts."""
    person = identities_of([user_id]).get(user_id)
    if person is None:
        return set()
    return who_has([person.phone], [person.email], owners)


def owners_having(user_id: int) -> set[int]:
    """All who have this person in their book, so that those who let only these find them can be
    found by them: the hook of search."""
    person = identities_of([user_id]).get(user_id)
    return set() if person is None else who_has([person.phone], [person.email], None)


def whom_has(owner_id: int, people: Iterable[int]) -> set[int]:
    """Those of `people` whom this owner has in their book."""
    wanted: dict[bytes, int] = {}
    common: list[bytes] = []
    for person in identities_of(people).values():
        common += keys.proved(person.phone, person.email)
        values = ((keys.PHONE, person.phone), (keys.EMAIL, person.email))
        for kind, value in values:
            for key in keys.hashes(kind, value) if value else ():
                wanted[key] = person.id
    with connection.cursor() as cursor:
        cursor.execute(HAVING.replace("distinct owner_id", "coalesce(exact, key)"),
                       [common, [owner_id], [owner_id], list(wanted)])  # fmt: skip
        return {wanted[bytes(key)] for (key,) in cursor.fetchall()}
