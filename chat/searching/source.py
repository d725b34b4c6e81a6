"""What chat registers with search."""

from __future__ import annotations

from chat.doors.wire import FoundFile, Message
from chat.reading.selectors import listed_peers
from chat.searching import documents, operators, showing
from search.public import ACQUAINTED, Kind, Source, register

# Nobody finds what is not in their history.
VISIBLE = """
exists (select 1 from chat_message m
    join chat_participant p on p.chat_id = m.chat_id and p.user_id = %(reader)s
    where m.chat_id = d.subject and m.number = d.part and m.number > p.cleared
        and m.deleted_at is null and not m.hidden_from @> array[%(reader)s::bigint])
"""
NEAR = """
exists (select 1 from chat_participant p
    where p.chat_id = c.subject and p.user_id = %(reader)s)
"""

SOURCE = Source(
    name="message",
    kinds=[Kind("message", "messages", Message), Kind("file", "files", FoundFile)],
    build=documents.build,
    keys=documents.keys,
    show=showing.show,
    visible=VISIBLE,
    near=NEAR,
    operators=operators.OPERATORS,
    choices=operators.CHOICES,
    labels=showing.labels,
    suggest=showing.suggest,
)


def peers_found(user_id: int) -> set[int]:
    """People with whom one has a chat in the list are always found."""
    return set(listed_peers(user_id).values())


def listen() -> None:
    """Register with search; once, when the apps are ready."""
    register(SOURCE)
    ACQUAINTED.append(peers_found)
