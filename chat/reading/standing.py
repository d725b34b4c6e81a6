"""How a chat stands for one of its people: what the feed asks, instead of being told of messages.

The feed follows the log that sending writes anyway, so sending does nothing for it.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import redis
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.models import Message, Participant
from chat.presence.leases import key_of
from chat.reading.selectors import messages_by_number
from feed.public import Asked, Item, Kind, Source, Standing, register_kind, register_source
from project.redis import connect

logger = logging.getLogger(__name__)

KIND = "message.received"
BODY = 300
"""Characters of a message that its notification shows."""
LABELS = {"image": _("Photo"), "file": _("File"), "action": _("Message")}

SQL = """
select asked.place, s.alive, s.unread, s.newest, n.created_at, n.sender_id
from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) with ordinality
    asked (user_id, chat_id, floor, read_number, place)
join chat_participant me on me.chat_id = asked.chat_id and me.user_id = asked.user_id
cross join lateral (
    select count(*) as alive,
        count(*) filter (where m.number > greatest(me.read, asked.read_number)) as unread,
        max(m.number) as newest
    from chat_message m
    where m.chat_id = asked.chat_id and m.number > greatest(asked.floor, me.cleared)
        and m.sender_id <> me.user_id and m.deleted_at is null
        and not m.hidden_from @> array[me.user_id]
) s
join chat_message n on n.chat_id = asked.chat_id and n.number = s.newest
"""


def standings(asked: Sequence[Asked]) -> list[Standing | None]:
    """The peer's messages that this person can see, in one statement for all that is asked."""
    columns = [list(column) for column in zip(*asked, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(SQL, columns)
        found = {
            place: Standing(alive, unread, newest, at, [sender], 1)
            for place, alive, unread, newest, at, sender in cursor.fetchall()
        }
    return [found.get(place) for place in range(1, len(asked) + 1)]


def muted(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], dt.datetime]:
    """Until when people have muted chats of theirs."""
    sides = _sides(pairs).exclude(muted_until=None)
    rows = sides.values_list("user_id", "chat_id", "muted_until")
    return {(user, chat): until for user, chat, until in rows if until is not None}


def delivered(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Up to which number a device of theirs has said that it has the chat's messages."""
    rows = _sides(pairs).values_list("user_id", "chat_id", "delivered")
    return {(user, chat): number for user, chat, number in rows}


def present(user_ids: Iterable[int]) -> set[int]:
    """Those with a device that is connected; nobody, while Redis is away and does not tell."""
    asked = list(user_ids)
    pipeline = connect().pipeline(transaction=False)
    for user_id in asked:
        pipeline.zcount(key_of(user_id), time.time(), "+inf")
    try:
        counts = pipeline.execute()
    except redis.RedisError as error:
        logger.warning("presence is not known: %s", error)
        return set()
    return {user_id for user_id, count in zip(asked, counts, strict=True) if count}


def describe(items: Sequence[Item]) -> list[Mapping[str, Any]]:
    """The newest messages' words as they are now; none of one that its person may not see."""
    messages = messages_by_number({(item.subject or 0, item.latest) for item in items})
    sides = _sides({(item.user_id, item.subject or 0) for item in items})
    rows = sides.values_list("user_id", "chat_id", "cleared")
    cleared = {(user, chat): number for user, chat, number in rows}
    return [
        {
            "text": _words(
                item.user_id,
                messages.get((item.subject or 0, item.latest)),
                cleared.get((item.user_id, item.subject or 0)),
            )
        }
        for item in items
    ]


def _words(user_id: int, message: Message | None, cleared: int | None) -> str:
    if message is None or cleared is None or message.number <= cleared:
        return ""
    if message.deleted_at is not None or user_id in message.hidden_from:
        return ""
    return message.text[:BODY] or str(LABELS.get(message.type, ""))


def _sides(pairs: Iterable[tuple[int, int]]) -> Any:
    wanted = list(pairs)
    people, chats = {user for user, _ in wanted}, {chat for _, chat in wanted}
    return Participant.objects.filter(Q(user_id__in=people) & Q(chat_id__in=chats))


def register() -> None:
    """Have the feed show unread messages, one item for each chat."""
    register_kind(Kind(KIND, title="{actor}", body="{text}", push=True, describe=describe))
    register_source(
        Source(
            kind=KIND,
            reference="chat",
            news="message.created",
            follows=frozenset({"message.deleted", "chat.updated"}),
            read=standings,
            held=muted,
            delivered=delivered,
            present=present,
        )
    )
