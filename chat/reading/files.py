"""Which messages carry a file, and who may see one of them."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from chat.models import Message

FEW = 64

_SEEN = """
    select from chat_participant p
    cross join lateral (
        select from chat_message m
        where m.file_id = a.id and m.deleted_at is null
            and m.chat_id = p.chat_id and m.number > p.cleared
            and not m.hidden_from @> array[%(viewer)s::bigint]
        limit 1
    ) seen
    where p.user_id = %(viewer)s
"""
# Most files are carried by a message or two, and those tell. Of one that is carried by more, the
# person's own chats are looked up, each at its place in the index: neither a file that a million
# people forwarded nor a person with very many chats makes the usual question dear.
SHOWN = f"""
    with asked as (
        select f.id, array(
            select c.chat_id from chat_message c
            where c.file_id = f.id and c.deleted_at is null limit %(few)s
        ) chats
        from unnest(%(files)s::bigint[]) f(id)
    )
    select a.id from asked a
    where exists ({_SEEN} and p.chat_id = any (a.chats))
        or cardinality(a.chats) = %(few)s and exists ({_SEEN})
"""  # noqa: S608  # of fixed pieces


def is_held(file_id: int) -> bool:
    """Whether a message still carries this file."""
    return Message.objects.filter(file_id=file_id, deleted_at=None).exists()


def shown(user_id: int, file_ids: Collection[int]) -> set[int]:
    """Those of these files that a message carries which this person may see."""
    if not file_ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(SHOWN, {"viewer": user_id, "files": list(file_ids), "few": FEW})
        return {file_id for (file_id,) in cursor.fetchall()}
