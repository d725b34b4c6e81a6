"""What an index does not know yet. It is kept out of the index's answer and asked here instead, so
that what was just sent is found and what was just taken away is not, however late the index is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db import connection

from search.documents import EVERYBODY, Document, Key, Source

CHANGES = 1000
"""So many of the latest changes are looked at; an index that is further behind is late."""

BUILT = 500

_PENDING = """
select c.subject, c.part, g.upto, g.reader
from (select * from search_change where source = %(source)s and store = any(%(stores)s)
      order by id desc limit %(changes)s) g
    cross join lateral unnest(g.subjects, g.parts) c (subject, part)
where (g.reader is null or g.reader = %(reader)s) and {near}
order by g.id desc
"""


class Span(NamedTuple):
    """Parts of one subject, the last one included."""

    subject: int
    first: int
    last: int


class Fresh(NamedTuple):
    """Of one source: what the index must not answer for, and the documents that answer instead."""

    keys: tuple[Key, ...]
    spans: tuple[Span, ...]
    documents: tuple[Document, ...]


def fresh(source: Source, reader: int, stores: Sequence[str], admitted: Collection[int]) -> Fresh:
    """What has changed and is not in any of these stores yet, as far as it concerns the reader;
    `admitted` are the source's for this reader."""
    keys, spans = _pending(source, reader, stores)
    wary = [(subject, 0) for subject in source.wary(reader)]
    built = _documents(source, reader, [*keys[:BUILT], *wary], set(wary), set(admitted))
    return Fresh((*keys, *wary), tuple(spans), tuple(built))


def _pending(source: Source, reader: int, stores: Sequence[str]) -> tuple[list[Key], list[Span]]:
    parameters: dict[str, Any] = {
        "source": source.name,
        "stores": [*stores, "failed"],
        "changes": CHANGES,
        "reader": reader,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PENDING.format(near=source.near), parameters)
        rows = cursor.fetchall()
    keys = dict.fromkeys((subject, part) for subject, part, upto, _ in rows if upto is None)
    spans = [Span(row[0], row[1], row[2]) for row in rows if row[2] is not None]
    return list(keys), spans


def _documents(
    source: Source, reader: int, keys: Sequence[Key], wary: set[Key], admitted: set[int]
) -> list[Document]:
    """As the reader is shown them where the document itself does not tell."""
    if not keys:
        return []
    found = []
    for document in source.build(keys):
        if document.key in wary:
            shown = source.show(reader, document.kind, [document.key]).get(document.key)
            if shown is None:
                continue
            document = document._replace(fields=shown.fields)
        if not document.readers & {reader, EVERYBODY} and document.key[0] in admitted:
            document = document._replace(readers=document.readers | {reader})
        if document.readers & {reader, EVERYBODY}:
            found.append(document)
    return found
