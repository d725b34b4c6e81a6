"""What chat registers with search."""

from __future__ import annotations

from chat.doors.wire import FoundFile, Message
from chat.reading.selectors import listed_peers
from chat.searching import documents, operators, showing
from search.public import ACQUAINTED, Kind, Source, register

# Nobody finds what is not in their history. "offset 0": each hit is looked up by itself. A planner
# that took all chats for average would read a whole chat for each hit in it.
VISIBLE = """
exists (select 1 from chat_message m
    join chat_participant p on p.chat_id = m.chat_id and p.user_id = %(reader)s
    where m.chat_id = d.subject and m.number = d.part and m.number > p.cleared
        and m.deleted_at is null and not m.hidden_from @> array[%(reader)s::bigint]
    offset 0)
"""
# "is true" has the reader's chats collected once, and each change looked up among them: a planner
# that took somebody for average would compare each of their chats with each change.
NEAR = """
(c.subject in (select p.chat_id from chat_participant p where p.user_id = %(reader)s)) is true
"""
# Each chat is a look elsewhere, so many are not counted.
EXTENT = """
(select case when count(*) < 200 then coalesce(sum(c.last_number - p.cleared), 0) end
    from (select chat_id, cleared from chat_participant where user_id = %(reader)s limit 200) p
    join chat_chat c on c.id = p.chat_id)
"""

SOURCE = Source(
    name="message",
    kinds=[Kind("message", "messages", Message), Kind("file", "files", FoundFile)],
    build=documents.build,
    keys=documents.keys,
    show=showing.show,
    visible=VISIBLE,
    near=NEAR,
    extent=EXTENT,
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
