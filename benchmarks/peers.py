"""One account that chats with very many: its peers, what was said, edited, indexed and notified."""

from __future__ import annotations

import psycopg

PEOPLE = """
insert into accounts_user select (jsonb_populate_record(u, jsonb_build_object('id', n, 'username',
    'peer_' || n, 'name', 'Peer ' || n, 'email', null, 'email_verified', false))).*
from accounts_user u, generate_series(1, %(peers)s) n where u.id = %(account)s
"""
HEADS = "insert into sync_head (user_id, pts) select n, 0 from generate_series(1, %(peers)s) n"
CHATS = """
insert into chat_chat (id, low_id, high_id, last_number)
select n, n, %(account)s, %(each)s from generate_series(1, %(peers)s) n
"""
SIDES = """
insert into chat_participant (chat_id, user_id, opened)
select id, unnest(array[low_id, high_id]), true from chat_chat where high_id = %(account)s
"""
MESSAGES = """
insert into chat_message (chat_id, number, sender_id, client_id, fingerprint, text, created_at)
select c.id, n, case when n %% 2 = 0 then c.low_id else c.high_id end,
    'stored-' || c.id || '-' || n, decode(md5(c.id || '-' || n), 'hex'),
    'message ' || n || ' and so on', now() - interval '1 minute' * (%(each)s - n)
from chat_chat c, generate_series(1, %(each)s) n where c.high_id = %(account)s
"""
REVISIONS = """
insert into chat_revision (chat_id, number, text, written_at, replaced_at)
select c.id, 1, 'before it was edited', now(), now() from chat_chat c where c.high_id = %(account)s
"""
TAGS = """
insert into chat_tag (user_id, chat_id, number, tag)
select %(account)s, c.id, 2, 'later' from chat_chat c where c.high_id = %(account)s
"""
DOCUMENTS = """
insert into search_document (kind, subject, part, at, tsv, facets, digest)
select 'message', m.chat_id, m.number, m.created_at, ('''@=' || m.chat_id || ''' ''@=' ||
    %(account)s || ''' ''sender=' || m.sender_id || ''' message:1 and:3 so:4 on:5')::tsvector,
    '{}', 0
from chat_message m join chat_chat c on c.id = m.chat_id where c.high_id = %(account)s
"""
ITEMS = """
insert into feed_item (id, user_id, kind, "group", data, actors, actor_count, event_count, period,
    position, shown, created_at, updated_at, newest, read_number, floor)
select n, %(account)s, 'message.received', n::text, '{}', array[n], 1, 1, 1, n, true, now(), now(),
    0, 0, 0
from generate_series(1, %(peers)s) n
"""
EVENTS = """
insert into feed_event (user_id, kind, key, item_id, actor, period, decided)
select %(account)s, 'message.received', n || ':' || m, n, n, 1, true
from generate_series(1, %(peers)s) n, generate_series(2, %(each)s, 2) m
"""
DELIVERIES = """
insert into feed_delivery (item_id, user_id, event_at, channel, outcome)
select n, %(account)s, now(), 'push', 'active' from generate_series(1, %(peers)s) n
"""
STATEMENTS = (
    PEOPLE, HEADS, CHATS, SIDES, MESSAGES, REVISIONS, TAGS, DOCUMENTS, ITEMS, EVENTS, DELIVERIES
)  # fmt: skip


def fill(url: str, account: int, peers: int, each: int) -> None:
    """Give the account so many chats with so many messages each. Peers have small numbers for ids,
    which nobody who registers gets; the chat with each has the same."""
    given = {"account": account, "peers": peers, "each": each}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set statement_timeout = 0")  # which the role has for serving
        connection.execute("set session_replication_role = replica")  # all is indexed already
        with connection.transaction():
            for statement in STATEMENTS:
                connection.execute(statement.encode(), given)
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")
