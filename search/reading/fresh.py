"""What an index does not know yet. It is kept out of the index's answer and asked here instead, so
that what was just sent is found and what was just taken away is not, however late the index is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
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


@dataclass(frozen=True)
class Fresh:
    """Of one source: what the index must not answer for, and the documents that answer instead."""

    source: Source
    reader: int
    changed: Sequence[Key]
    wary: Collection[Key]
    spans: Sequence[Span]
    admitted: Collection[int]

    @property
    def keys(self) -> list[Key]:
        return [*self.changed, *self.wary]

    @cached_property
    def documents(self) -> list[Document]:
        """Those that the reader may find, as the reader is shown them where a document itself does
        not tell. Built when an index has answered: one that is away has nobody wait for them."""
        keys = [*self.changed[:BUILT], *self.wary]
        built = self.source.build(keys) if keys else []
        return [found for document in built if (found := self._found(document)) is not None]

    def _found(self, document: Document) -> Document | None:
        if document.key in self.wary:
            shown = self.source.show(self.reader, document.kind, [document.key]).get(document.key)
            if shown is None:
                return None
            document = document._replace(fields=shown.fields)
        finding = {self.reader, EVERYBODY}
        if not document.readers & finding and document.key[0] in self.admitted:
            document = document._replace(readers=document.readers | {self.reader})
        return document if document.readers & finding else None


def fresh(source: Source, reader: int, stores: Sequence[str], admitted: Collection[int]) -> Fresh:
    """What has changed and is not in any of these stores yet, as far as it concerns the reader;
    `admitted` are the source's for this reader."""
    changed, spans = _pending(source, reader, stores)
    wary = frozenset((subject, 0) for subject in source.wary(reader))
    return Fresh(source, reader, changed, wary, spans, frozenset(admitted))


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
