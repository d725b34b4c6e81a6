"""What people see of a chat costs the same however many messages there are, seen or hidden."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from chat.doors.inputs import HistoryQuery
from chat.models import Chat, Hole, Participant
from chat.reading.listing import chats_unread
from chat.reading.overview import chat_of
from chat.reading.selectors import history
from chat.services.auditing import audit_chat
from chat.services.marks import mark_read
from tests.people import Person

MANY = 6_000
PAGES = 60
"""A page of PostgreSQL has 8 KiB; reading 6,000 messages takes more than a hundred."""

FILL = """
insert into chat_message (chat_id, number, sender_id, client_id, fingerprint, text, hidden_from)
    select %s, n, %s, %s || n, '\\x00', 'text', %s::bigint[] from generate_series(%s, %s) n
"""


def fill(chat: str, sender: Person, many: int, hidden_from: Person | None) -> None:
    """As if the sender had sent so many more."""
    last = Chat.objects.get(pk=chat).last_number
    hidden = [int(hidden_from.id)] if hidden_from else []
    name = secrets.token_hex(4)
    with connection.cursor() as cursor:
        numbers = (last + 1, last + many)
        cursor.execute(FILL, [int(chat), int(sender.id), name, hidden, *numbers])
        cursor.execute("analyze chat_message")
    Chat.objects.filter(pk=chat).update(last_number=last + many)
    audit_chat(int(chat))


@contextmanager
def few_pages_are_read() -> Iterator[None]:
    """By the present transaction, from messages, holes and their indexes."""
    with transaction.atomic():
        before = _pages()
        yield
        assert _pages() - before < PAGES


def _pages() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select sum(pg_stat_get_xact_blocks_fetched(i.oid)) from pg_class i"
            " left join pg_index x on x.indexrelid = i.oid"
            " join pg_class t on t.oid = coalesce(x.indrelid, i.oid)"
            " where t.relname in ('chat_message', 'chat_hole')"
        )
        return int(cursor.fetchall()[0][0])


@pytest.mark.parametrize("hidden", [True, False], ids=["hidden", "seen"])
def test_a_chat_costs_the_same_whatever_is_in_it(
    alice: Person, bob: Person, chat: str, hidden: bool
) -> None:
    alice.say(chat, "before")
    fill(chat, alice, MANY, bob if hidden else None)
    alice.say(chat, "after")
    me = int(bob.id)
    with few_pages_are_read():
        shown = chat_of(me, int(chat))
    assert shown.unread_count == (2 if hidden else MANY + 2)
    assert shown.last_message is not None
    assert shown.last_message.text == "after"
    with few_pages_are_read():
        assert chats_unread([me]) == {me: 1}
    with few_pages_are_read():
        page = history(me, chat, HistoryQuery(limit=2)).results
    assert [m.text for m in page] == (["before", "after"] if hidden else ["text", "after"])
    with few_pages_are_read():
        down = history(me, chat, HistoryQuery(limit=1, before=MANY + 2))
    assert down.results[0].number == (1 if hidden else MANY + 1)
    assert down.has_more_after
    with few_pages_are_read():
        up = history(me, chat, HistoryQuery(limit=1, after=1))
    assert up.results[0].number == (MANY + 2 if hidden else 2)
    with few_pages_are_read():
        assert mark_read(user_id=me, chat=chat, number=MANY + 2).unread_count == 0


def test_a_mark_within_a_hole_stands_below_it(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "before")
    fill(chat, alice, MANY, bob)
    with few_pages_are_read():
        answer = mark_read(user_id=int(bob.id), chat=chat, number=MANY // 2)
    assert (answer.marks.me.delivered, answer.marks.me.read) == (1, 1)
    assert answer.unread_count == 0


def test_reading_up_to_the_middle_counts_what_is_left(
    alice: Person, bob: Person, chat: str
) -> None:
    for text in ("one", "two", "three", "four", "five", "six"):
        alice.say(chat, text)
    bob.delete(f"/chats/{chat}/messages/2", **{"for": "me"})
    alice.delete(f"/chats/{chat}/messages/3", **{"for": "everyone"})
    alice.delete(f"/chats/{chat}/messages/5", **{"for": "everyone"})
    assert bob.get(f"/chats/{chat}")["unread_count"] == 3
    assert bob.post(f"/chats/{chat}/read", {"number": 3})["unread_count"] == 2
    assert bob.post(f"/chats/{chat}/read", {"number": 4})["unread_count"] == 1
    assert audit_chat(int(chat)) == 0


def test_holes_grow_together(alice: Person, bob: Person, chat: str) -> None:
    for number in range(1, 6):
        alice.say(chat, str(number))
    for number in (2, 4, 3, 5):
        bob.delete(f"/chats/{chat}/messages/{number}", **{"for": "me"})
    holes = Hole.objects.filter(user_id=bob.id, chat_id=chat).values_list("first", "last")
    assert list(holes) == [(2, 5)]
    assert bob.get(f"/chats/{chat}")["last_message"]["number"] == 1
    bob.delete(f"/chats/{chat}")
    assert not Hole.objects.filter(user_id=bob.id, chat_id=chat).exists()
    assert audit_chat(int(chat)) == 0


def test_what_is_kept_wrong_is_set_right(
    alice: Person, bob: Person, chat: str, capsys: pytest.CaptureFixture[str]
) -> None:
    alice.say(chat, "one")
    bob.delete(f"/chats/{chat}/messages/1", **{"for": "me"})
    alice.say(chat, "two")
    Hole.objects.filter(chat_id=chat).delete()
    Participant.objects.filter(chat_id=chat, user_id=bob.id).update(gone=7, hidden_tail=3)
    call_command("audit_chats")
    assert "sides of chats were wrong" in capsys.readouterr().out
    assert bob.get(f"/chats/{chat}")["unread_count"] == 1
    assert audit_chat(int(chat)) == 0
    mark_read(user_id=int(bob.id), chat=chat, number=2)
    assert audit_chat(int(chat)) == 0
