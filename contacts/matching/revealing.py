"""Somebody can be found who could not be before: whoever has them in their book learns of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from accounts.public import Proved, blocked_with, identities_of
from contacts.matching import audience, keys
from contacts.models.matches import Errand
from contacts.services import news
from project.sync.log import Entry

OWNERS = """
select distinct owner_id from contacts_key
where key = any(%s) and owner_id > %s and owner_id <> %s order by owner_id limit %s
"""
HELD = """
select c.id, c.owner_id, k.key, k.assumed or coalesce(k.exact, k.key) <> all(%s)
from contacts_key k join contacts_contact c on c.id = k.contact_id
where k.key = any(%s) and k.owner_id = any(%s) and c.user_id is null
order by c.id for update of c
"""
FOUND = "update contacts_contact set user_id = %s, updated_at = now() where id = any(%s)"
MATCHES = """
insert into contacts_match (owner_id, key, user_id, assumed)
select n.owner_id, n.key, %s, n.assumed
from unnest(%s::bigint[], %s::bytea[], %s::boolean[]) n (owner_id, key, assumed)
on conflict do nothing
"""


class Told(NamedTuple):
    """What a step found out: the last owner that was looked at, None if there are no more; what the
    logs and the feeds are to be told."""

    last: int | None
    entries: list[Entry]
    news: list[news.News]


NOTHING = Told(None, [], [])


class Held(NamedTuple):
    """A contact that holds the person by a key; `assumed` if that gives no rights."""

    contact_id: int
    owner_id: int
    key: bytes
    assumed: bool


def mutual(errand: Errand, limit: int) -> Told:
    """The person's own book has changed. That matters if it is what decides who finds them."""
    person = identities_of([errand.user_id]).get(errand.user_id)
    if person is None or person.discoverable_by != "contacts":
        return NOTHING
    return reveal(errand, limit, is_news=True)


def reveal(errand: Errand, limit: int, *, is_news: bool) -> Told:
    """The next owners who have the person in their book and may find them. `is_news`: they are
    told that the person has joined, unless they were before or only an assumption says so."""
    person = identities_of([errand.user_id]).get(errand.user_id)
    if person is None or person.discoverable_by == "nobody":
        return NOTHING
    by = keys.proved(person.phone, person.email)
    with connection.cursor() as cursor:
        cursor.execute(OWNERS, [by, errand.cursor, person.id, limit])
        owners = [owner_id for (owner_id,) in cursor.fetchall()]
    held = _held(person, by, allowed(person, owners))
    found(person.id, held)
    sure = {h.owner_id for h in held if not h.assumed}
    told = news.joined(person.id, sure) if is_news and sure else []
    entries = {Entry(h.owner_id, "contact.updated", h.contact_id) for h in held}
    return Told(owners[-1] if len(owners) == limit else None, sorted(entries), told)


def allowed(person: Proved, owners: Sequence[int]) -> set[int]:
    """Those of `owners` whom this person lets find them."""
    free = set(owners) - blocked_with(person.id, owners)
    if person.discoverable_by == "everyone":
        return free
    return audience.whom_has(person.id, free) if person.discoverable_by == "contacts" else set()


def _held(person: Proved, by: list[bytes], owners: Iterable[int]) -> list[Held]:
    exact = keys.hashes(keys.PHONE, person.phone) if person.phone else []
    exact += keys.hashes(keys.EMAIL, person.email) if person.email else []
    with connection.cursor() as cursor:
        cursor.execute(HELD, [exact, by, list(owners)])
        return [Held(c, owner, bytes(key), assumed) for c, owner, key, assumed in cursor.fetchall()]


def found(user_id: int, held: Sequence[Held]) -> None:
    """These contacts are this person."""
    if not held:
        return
    with connection.cursor() as cursor:
        cursor.execute(FOUND, [user_id, [h.contact_id for h in held]])
        owners, by = [h.owner_id for h in held], [h.key for h in held]
        cursor.execute(MATCHES, [user_id, owners, by, [h.assumed for h in held]])
