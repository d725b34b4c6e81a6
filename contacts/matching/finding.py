"""Whom an owner finds by the keys in their book.

Every question is asked for every chunk, whatever is in it, so that time does not tell a hidden or
blocked person from one who is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from accounts.public import blocked_with, find_proved, identities_of
from contacts import numbers
from contacts.importing.preparing import KeyOf, stored_as
from contacts.matching import audience, keys


class Owner(NamedTuple):
    """Whose book it is: their proved number and address, None where there is none."""

    id: int
    phone: str | None
    email: str | None


class Found(NamedTuple):
    """`is_new`: not yet noted under this key."""

    user_id: int
    assumed: bool
    is_new: bool


NOBODY = frozenset(range(-50, 0))
"""Where few are asked about, these are as well, or time would tell whether there was anyone to ask
about. Among many one more cannot be told."""


class Candidate(NamedTuple):
    key: KeyOf
    user_id: int
    discoverable_by: str
    assumed: bool


def find(owner: Owner, wanted: Sequence[KeyOf]) -> dict[bytes, Found]:
    """By key, whom the owner may know to be there: whom they have found by it before, and whoever
    lets them."""
    candidates = [c for c in _candidates(wanted) if c.user_id != owner.id]
    people = {candidate.user_id for candidate in candidates}
    identities_of([] if candidates else [owner.id])  # somebody is read in any case
    asked = people | NOBODY if len(people) < len(NOBODY) else people
    standing = _standing(owner.id, stored_as(wanted))
    blocked = blocked_with(owner.id, asked)
    having = audience.who_has([owner.phone], [owner.email], asked)
    found: dict[bytes, Found] = {}
    for candidate in candidates:
        key, user_id = candidate.key.key, candidate.user_id
        stands = any((each, user_id) in standing for each in candidate.key.all)
        audiences = {"everyone", "contacts"} if user_id in having else {"everyone"}
        lets = candidate.discoverable_by in audiences and user_id not in blocked
        if stands or lets:
            found[key] = Found(user_id, candidate.assumed, (key, user_id) not in standing)
    return found


def _candidates(wanted: Sequence[KeyOf]) -> list[Candidate]:
    options = [(key, _forms(key)) for key in wanted]
    phones = {form for key, forms in options if key.kind == keys.PHONE for form in forms}
    emails = {key.value for key in wanted if key.kind == keys.EMAIL}
    proved = find_proved(phones, emails)
    candidates = []
    for key, forms in options:
        for form in forms:
            if (person := proved.get(form)) is not None:
                assumed = key.assumed or form != key.value
                candidates.append(Candidate(key, person.id, person.discoverable_by, assumed))
                break
    return candidates


def _forms(key: KeyOf) -> list[str]:
    return numbers.forms(key.value) if key.kind == keys.PHONE else [key.value]


def members(wanted: Sequence[KeyOf]) -> set[bytes]:
    """The keys of people who are here, whoever may find them. To be told to nobody."""
    return {candidate.key.key for candidate in _candidates(wanted)}


def _standing(owner_id: int, wanted: Iterable[bytes]) -> set[tuple[bytes, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select key, user_id from contacts_match where owner_id = %s and key = any(%s)",
            [owner_id, list(wanted)],
        )
        return {(bytes(key), user_id) for key, user_id in cursor.fetchall()}


def best(wanted: Iterable[KeyOf], found: dict[bytes, Found]) -> int | None:
    """Whom a contact with these keys is: by the first key that is sure, else by the first."""
    matches = [found[key.key] for key in wanted if key.key in found]
    matches.sort(key=lambda match: match.assumed)
    return matches[0].user_id if matches else None
