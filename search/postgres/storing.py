"""Writing the index in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from search.documents import Document, Key, Source
from search.postgres.vectors import any_query, vector_of

_UPSERT = """
insert into search_document as d (kind, subject, part, at, tsv, facets, digest)
select n.kind, n.subject, n.part, n.at, n.tsv::tsvector,
    coalesce(string_to_array(nullif(n.facets, ''), E'\\x1f'), '{}'), n.digest
from unnest(%s::text[], %s::bigint[], %s::int[], %s::timestamptz[], %s::text[], %s::text[],
    %s::bigint[]) n (kind, subject, part, at, tsv, facets, digest)
on conflict (kind, subject, part) do update set
    at = excluded.at, tsv = excluded.tsv, facets = excluded.facets, digest = excluded.digest
    where d.digest <> excluded.digest
"""
_DELETE = """
delete from search_document d
using unnest(%s::text[], %s::bigint[], %s::int[]) g (kind, subject, part)
where d.kind = g.kind and d.subject = g.subject and d.part = g.part
"""


def write(
    source: Source, keys: Sequence[Key], documents: Sequence[Document], number: int = 0
) -> None:
    """Make the index hold exactly these documents under these keys. In the transaction of whoever
    read them, so that nobody writes what was read earlier afterwards; `number` is for indexes that
    have no such transactions."""
    there = {(document.kind, document.key) for document in documents}
    gone = [
        (kind.name, *key) for key in keys for kind in source.kinds if (kind.name, key) not in there
    ]
    with connection.cursor() as cursor:
        if gone:
            cursor.execute(_DELETE, [list(column) for column in zip(*gone, strict=True)])
        if documents:
            rows = [_row(document) for document in documents]
            cursor.execute(_UPSERT, [list(column) for column in zip(*rows, strict=True)])


def _row(document: Document) -> tuple[object, ...]:
    return (
        document.kind,
        *document.key,
        document.at,
        vector_of(document),
        "\x1f".join(document.counted),
        document.digest,
    )


def held(source: Source, after: Key, upto: Key | None) -> list[dict[tuple[str, Key], int]]:
    """The digests of what each index of this store holds of a stretch of keys: behind `after`, up
    to and with `upto`. Here there is one."""
    upto = upto or (2**63 - 1, 2**31 - 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, subject, part, digest from search_document where kind = any(%s)"
            " and (subject, part) > (%s, %s) and (subject, part) <= (%s, %s)",
            [[kind.name for kind in source.kinds], *after, *upto],
        )
        return [{(kind, (subject, part)): digest for kind, subject, part, digest in cursor}]


def keys_of(source: Source, user_id: int) -> list[Key]:
    """The documents that name this person as a reader, or keep something for them, or are about
    them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct subject, part from search_document where kind = any(%s) and"
            " (tsv @@ %s::tsquery or kind = 'user' and subject = %s)",
            [[kind.name for kind in source.kinds], any_query([f"@={user_id}"]), user_id],
        )
        return [(subject, part) for subject, part in cursor]
