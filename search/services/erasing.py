"""Taking somebody who left out of the indexes: the document about them, and their name from the
readers of all others. Each index is a store of its own in the record of an erasure."""

from __future__ import annotations

import time

from django.db import transaction

from search.documents import SOURCES, Key
from search.elastic import configured
from search.indexing import changes
from search.indexing.feeding import write
from search.indexing.stores import store_of

STRETCH = 200
PAUSE = 0.1
"""Documents written at once, and seconds until the index is asked for again."""


def erase_postgres(user_id: int) -> int:
    """How many documents told of this person."""
    return _erase(user_id, "postgres")


def erase_elastic(user_id: int) -> int:
    """The same in Elasticsearch, if there is one. Raises `Away` while it is not there."""
    return _erase(user_id, "elastic") if configured() else 0


def _erase(user_id: int, store: str) -> int:
    """The documents are built again: by now nobody who left reads anything. Very many take a while,
    so what changes meanwhile is indexed in between."""
    count = 0
    for source in SOURCES.values():
        keys = store_of(store).keys_of(source, user_id)
        for start in range(0, len(keys), STRETCH):
            began = time.monotonic()
            while not _write(store, source.name, keys[start : start + STRETCH]):
                time.sleep(PAUSE)
            if start + STRETCH < len(keys):
                time.sleep(time.monotonic() - began)
        count += len(keys)
    return count


@transaction.atomic
def _write(store: str, source: str, keys: list[Key]) -> bool:
    """Whether it was done: not while somebody else writes this index."""
    if not changes.lock(store):
        return False
    write(store, source, keys, changes.next_number())
    return True
