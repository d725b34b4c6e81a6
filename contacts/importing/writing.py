"""The statements that write a chunk: one a table, however many entries there are."""

from __future__ import annotations

import select
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from contacts.importing.entries import Before, Card, Image, opened, ref_of
from contacts.importing.preparing import KeyOf

COLUMNS = "id, ref, anchor, digest, user_id"


class Known(NamedTuple):
    """A contact that is in the book."""

    id: int
    ref: str
    anchor: bytes
    digest: bytes
    user_id: int | None


class New(NamedTuple):
    """A contact as it shall be. `card` is sealed."""

    id: int
    ref: str
    anchor: bytes
    digest: bytes
    name: str
    sorted_as: str
    card: bytes
    user_id: int | None


INSERT = """
insert into contacts_contact
    (id, ref, anchor, digest, name, sorted_as, card, user_id, owner_id, book_id)
select n.*, %s, %s from unnest(%s::bigint[], %s::text[], %s::bytea[], %s::bytea[], %s::text[],
    %s::text[], %s::bytea[], %s::bigint[]) n
"""
UPDATE = """
update contacts_contact c
set ref = n.ref, anchor = n.anchor, digest = n.digest, name = n.name, sorted_as = n.sorted_as,
    card = n.card, user_id = n.user_id, updated_at = now()
from unnest(%s::bigint[], %s::text[], %s::bytea[], %s::bytea[], %s::text[], %s::text[],
    %s::bytea[], %s::bigint[]) n (id, ref, anchor, digest, name, sorted_as, card, user_id)
where c.id = n.id
"""
RENAME = """
update contacts_contact c set ref = n.ref
from unnest(%s::bigint[], %s::text[]) n (id, ref) where c.id = n.id
"""
KEYS = """
insert into contacts_key (contact_id, key, exact, assumed, owner_id)
select n.*, %s from unnest(%s::bigint[], %s::bytea[], %s::bytea[], %s::boolean[]) n
"""
SEEN = """
insert into contacts_seen (owner_id, key, is_phone)
select %s, n.* from unnest(%s::bytea[], %s::boolean[]) n on conflict do nothing
"""
MATCHES = """
insert into contacts_match (owner_id, key, user_id, assumed)
select %s, n.* from unnest(%s::bytea[], %s::bigint[], %s::boolean[]) n on conflict do nothing
"""


@contextmanager
def meanwhile(work: Callable[[], None]) -> Iterator[None]:
    """Send what is written inside without waiting, and do this work until PostgreSQL is done. What
    goes wrong with any of it is raised at the end."""
    link = connection.connection
    with connection.wrap_database_errors, link.pipeline():
        yield
        while link.pgconn.flush() and select.select([], [link], [], settings.DATABASE_PATIENCE)[1]:
            pass  # the rest of a long one waits for room
        work()


def _run(sql: str, *arguments: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _known(where: str, *arguments: Any) -> list[Known]:
    with connection.cursor() as cursor:
        cursor.execute(f"select {COLUMNS} from contacts_contact where {where}", arguments)  # noqa: S608  # columns and conditions are ours
        return [Known(i, r, bytes(a), bytes(d), u) for i, r, a, d, u in cursor.fetchall()]


def known_by(column: str, book_id: int, values: Iterable[Any]) -> list[Known]:
    """Contacts of a book by `digest`, `anchor`, `ref` or `id`."""
    return _known(f"book_id = %s and {column} = any(%s)", book_id, list(values))


def before(ids: Iterable[int]) -> list[Before]:
    """These contacts as they are, to be put back some day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, ref, name, anchor, digest, card, user_id from contacts_contact"
            " where id = any(%s)",
            [list(ids)],
        )
        return [
            Before(ref_of(ref), name, Image(i, bytes(a), bytes(d), bytes(card), user))
            for i, ref, name, a, d, card, user in cursor.fetchall()
        ]


def insert(owner_id: int, book_id: int, contacts: Sequence[New]) -> None:
    if contacts:
        _run(INSERT, owner_id, book_id, *_columns(contacts))


def update(contacts: Sequence[New]) -> None:
    if contacts:
        _run(UPDATE, *_columns(contacts))


def rename(refs: dict[int, str]) -> None:
    """Other refs for the same contacts."""
    if refs:
        _run(RENAME, list(refs), list(refs.values()))


def remove(ids: Sequence[int]) -> None:
    if ids:
        _run("delete from contacts_key where contact_id = any(%s)", list(ids))
        _run("delete from contacts_contact where id = any(%s)", list(ids))


def set_keys(owner_id: int, replaced: Sequence[int], wanted: dict[int, list[KeyOf]]) -> None:
    """These keys for these contacts; `replaced` are those that had others."""
    if replaced:
        _run("delete from contacts_key where contact_id = any(%s)", list(replaced))
    rows = [
        (contact_id, key.key, None if key.exact == key.key else key.exact, key.assumed)
        for contact_id, found in wanted.items()
        for key in found
    ]
    if rows:
        _run(KEYS, owner_id, *_columns(rows))


def note_seen(owner_id: int, new: dict[bytes, bool]) -> None:
    if new:
        _run(SEEN, owner_id, list(new), list(new.values()))


def note_matches(owner_id: int, matches: Sequence[tuple[bytes, int, bool]]) -> None:
    """(key, whom, assumed)."""
    if matches:
        _run(MATCHES, owner_id, *_columns(matches))


def card_of(sealed: bytes | memoryview) -> Card:
    return opened(Card, sealed)
