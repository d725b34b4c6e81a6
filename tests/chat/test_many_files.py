"""What a person may see of files costs the same however many files are asked for, and however many
messages carry one."""

from __future__ import annotations

import secrets

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.models import Chat
from chat.reading import files
from project.files.reading.selectors import files_for, own_files
from project.files.reading.updates import render_files
from project.sync.log import Row
from tests.chat.conversation import send
from tests.chat.files import ready_file
from tests.chat.test_forwarding import forward
from tests.chat.test_kept_state import few_pages_are_read
from tests.people import Person

MANY = 30_000

FORWARDS = """
insert into chat_message (chat_id, number, sender_id, client_id, fingerprint, type, file_id)
    select %s, n, %s, %s || n, '\\x00', 'file', %s from generate_series(%s, %s) n
"""


def queries_of(person: Person, ids: list[str]) -> int:
    rows = [Row(n, "file.updated", int(pk), None) for n, pk in enumerate(ids)]
    with CaptureQueriesContext(connection) as queries:
        shown = render_files(int(person.id), rows)
    assert len(shown) == len(ids)
    return len(queries)


def test_updates_of_many_files_take_as_many_queries_as_of_one(
    alice: Person, bob: Person, chat: str
) -> None:
    sent = [ready_file(alice) for _ in range(12)]
    for file in sent:
        send(alice, chat, file=file)
    unused = [ready_file(alice) for _ in range(4)]
    for person in (alice, bob):
        one = queries_of(person, sent[:1])
        assert queries_of(person, sent + unused) == one
    everything = {int(file) for file in sent + unused}
    assert files_for(int(alice.id), everything).keys() == everything
    assert files_for(int(bob.id), everything).keys() == {int(file) for file in sent}
    assert {file.pk for file in own_files(int(alice.id))} == everything


@pytest.fixture
def forwarded(alice: Person, bob: Person, chat: str) -> str:
    """A file that is in very many messages of a chat of these two."""
    file = ready_file(alice)
    send(alice, chat, file=file)
    name = secrets.token_hex(4)
    with connection.cursor() as cursor:
        cursor.execute(FORWARDS, [int(chat), int(alice.id), name, int(file), 2, MANY])
        cursor.execute("analyze chat_message")
    Chat.objects.filter(pk=chat).update(last_number=MANY)
    return file


def test_a_file_that_many_forwarded_is_refused_as_fast_as_it_is_shown(
    alice: Person, bob: Person, carol: Person, forwarded: str
) -> None:
    send(carol, carol.post("/chats", {"user": alice.id}, 201)["id"], text="no file")
    file = int(forwarded)
    for person, may in ((alice, True), (bob, True), (carol, False)):
        with few_pages_are_read():
            assert files.shown(int(person.id), [file]) == ({file} if may else set())


def test_one_of_very_many_forwards_is_enough_and_a_cleared_chat_is_not(
    alice: Person, bob: Person, carol: Person, chat: str, forwarded: str
) -> None:
    file = int(forwarded)
    hers = carol.post("/chats", {"user": alice.id}, 201)["id"]
    forward(alice, chat, 1, hers)
    with few_pages_are_read():
        assert files.shown(int(carol.id), [file]) == {file}
    bob.delete(f"/chats/{chat}")
    with few_pages_are_read():
        assert files.shown(int(bob.id), [file]) == set()
