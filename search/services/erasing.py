"""Taking somebody who left out of the indexes: the document about them, and their name from the
readers of all others. Each index is a store of its own in the record of an erasure."""

from __future__ import annotations

from search.documents import SOURCES, Key
from search.elastic import configured
from search.indexing import changes
from search.indexing.feeding import write


def erase_postgres(user_id: int) -> int:
    """How many documents told of this person."""
    return _erase(user_id, "postgres")


def erase_elastic(user_id: int) -> int:
    """The same in Elasticsearch, if there is one. Raises `Away` while it is not there."""
    return _erase(user_id, "elastic") if configured() else 0


def _erase(user_id: int, store: str) -> int:
    """The documents are built again: by now nobody who left reads anything."""
    if store == "postgres":
        from search.postgres.storing import keys_of
    else:
        from search.elastic.storing import keys_of
    number = changes.next_number()
    count = 0
    for source in SOURCES.values():
        keys: list[Key] = keys_of(source, user_id)
        for start in range(0, len(keys), changes.KEYS):
            write(store, source.name, keys[start : start + changes.KEYS], number)
        count += len(keys)
    return count
