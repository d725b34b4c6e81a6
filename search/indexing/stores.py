"""The indexes as those see them who keep them up to date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from search.documents import Document, Key, Source
from search.postgres import storing as postgres

Digests = dict[tuple[str, Key], int]
"""What an index holds: the digests of documents by kind and key."""


class Store(Protocol):
    """What each index can do; `search.postgres.storing` says it in full."""

    def write(
        self, source: Source, keys: Sequence[Key], documents: Sequence[Document], number: int
    ) -> None: ...

    def held(self, source: Source, after: Key, upto: Key | None) -> list[Digests]: ...

    def keys_of(self, source: Source, user_id: int) -> list[Key]: ...


def store_of(name: str) -> Store:
    """`postgres` or `elastic`."""
    if name == "postgres":
        return postgres
    from search.elastic import storing as elastic

    return elastic
