"""Writers of an index that fall asleep between reading and writing, and a server that forgets."""

from __future__ import annotations

from typing import Any


class Straggler:
    """Reads the messages of a chat as a writer that holds the lock does, and writes them when it is
    told to, whatever has happened since."""

    def __init__(self, chat: int) -> None:
        from chat.models import Message
        from search.documents import source_of
        from search.elastic import storing
        from search.indexing import changes

        source = source_of("message")
        self._number = changes.next_number()
        keys = list(Message.objects.filter(chat_id=chat).values_list("chat_id", "number"))
        self._late: list[dict[str, Any]] = list(storing.actions(source, keys, source.build(keys)))

    def write(self) -> None:
        from search.elastic import storing

        for index in storing.indices():
            storing.bulk(index, [dict(each) for each in self._late], self._number)
            storing.refresh(index)


def lose_memory() -> None:
    """What a restart of Elasticsearch does to the indexes: they are opened anew from what is on
    disk, and nothing is known of what was deleted."""
    from search.elastic import storing
    from search.elastic.client import client

    for index in storing.indices():
        client().indices.close(index=index)
        client().indices.open(index=index, wait_for_active_shards=1)
        client().cluster.health(index=index, wait_for_status="yellow", timeout="30s")
