"""Filling Confab's tables with a past: messages and the log of them, as sending would have."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

MESSAGES = """
insert into chat_message (chat_id, number, sender_id, client_id, fingerprint, text, created_at)
select c.id, n, case when n %% 2 = 0 then c.low_id else c.high_id end,
    'stored-' || c.id || '-' || n, decode(md5(c.id || '-' || n), 'hex'),
    'message ' || n || repeat(' and so on', 3 + n %% 10),
    now() - interval '1 minute' * (%(each)s - n)
from chat_chat c, generate_series(1, %(each)s) n
where c.id = any(%(chats)s)
"""
LOGS = """
insert into sync_update (user_id, pts, kind, subject, part)
select h.user_id, h.pts + n, 'message.created', c.id, n
from chat_chat c
join sync_head h on h.user_id in (c.low_id, c.high_id), generate_series(1, %(each)s) n
where c.id = any(%(chats)s)
"""
HEADS = """
update sync_head h set pts = pts + %(each)s
from chat_chat c where h.user_id in (c.low_id, c.high_id) and c.id = any(%(chats)s)
"""
NUMBERS = "update chat_chat set last_number = %(each)s where id = any(%(chats)s)"
MARKS = """
update chat_participant set delivered = %(each)s, read = %(each)s where chat_id = any(%(chats)s)
"""


def store(url: str, chats: Sequence[int], messages: int) -> None:
    """Put `messages` in all, evenly, into chats that are still empty; each of a user's own."""
    given = {"each": messages // len(chats), "chats": list(chats)}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set statement_timeout = 0")  # which the role has for serving
        with connection.transaction():
            for statement in (MESSAGES, LOGS, HEADS, NUMBERS, MARKS):
                connection.execute(statement.encode(), given)
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")  # or the first minutes would pay for the loading
