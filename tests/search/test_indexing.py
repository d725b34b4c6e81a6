"""Filling indexes anew, comparing them with what they should hold, and forgetting people."""

from __future__ import annotations

import io
import secrets
import threading
from typing import Any

from django.core.management import call_command

from tests.accounts.test_leaving import leave, wait_for_erasure
from tests.people import PASSWORD, Person
from tests.search.engines import Engine, search, texts


def said_by(command: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def damage(engine: Engine, chat: str) -> None:
    """The second message is missing, the first one stale, and there is one that never was."""
    from django.db import connection

    if engine.name == "postgres":
        with connection.cursor() as cursor:
            cursor.execute(
                "delete from search_document where subject = %s and part = 2", [int(chat)]
            )
            cursor.execute(
                "update search_document set digest = 1, tsv = array_to_tsvector(array["
                "'@=1', 'wrong']) where subject = %s and part = 1",
                [int(chat)],
            )
            cursor.execute(
                "insert into search_document (kind, subject, part, tsv, digest)"
                " select kind, subject, 77, tsv, 1 from search_document"
                " where subject = %s and part = 1",
                [int(chat)],
            )
        return
    from search.elastic import storing
    from search.elastic.client import client
    from search.elastic.definition import alias

    key = {"kind": "message", "subject": int(chat), "digest": 1, "words": ["wrong"]}
    for number in (1, 77):
        place = storing.id_of("message", (int(chat), number))
        client().index(index=alias(), id=place, document=key | {"part": number})
    client().delete(index=alias(), id=storing.id_of("message", (int(chat), 2)), refresh=True)


def test_an_audit_finds_and_repairs(engine: Engine, alice: Person, chat: str) -> None:
    alice.say(chat, "first")
    alice.say(chat, "second")
    engine.catch_up()
    damage(engine, chat)
    assert texts(alice, "second") == []
    assert "1 missing, 1 stale, 1 surplus" in said_by("search_audit", only=engine.name)
    engine.catch_up()
    assert texts(alice, "first OR second", sort="newest") == ["second", "first"]
    assert "0 missing, 0 stale, 0 surplus" in said_by("search_audit", only=engine.name)


def test_a_rebuild_repairs_and_loses_nothing_that_is_said_meanwhile(
    engine: Engine, alice: Person, chat: str
) -> None:
    for number in range(20):
        alice.say(chat, f"cedar {number}")
    engine.catch_up()
    damage(engine, chat)
    over = threading.Event()
    said = 20

    def talk() -> None:
        nonlocal said
        while not over.is_set():
            alice.say(chat, f"cedar {said}")
            said += 1

    talker = threading.Thread(target=talk)
    talker.start()
    try:
        told = said_by("search_rebuild", only=engine.name)
    finally:
        over.set()
        talker.join()
    assert " a second" in told
    engine.catch_up()
    assert search(alice, "cedar", limit=1)["total"] == said
    assert texts(alice, "wrong") == []
    assert "0 missing, 0 stale, 0 surplus" in said_by("search_audit", only=engine.name)


def test_what_cannot_be_indexed_stops_nothing_else(
    engine: Engine, alice: Person, chat: str
) -> None:
    from search.models import Change

    bad = Change.objects.create(source="message", subjects=[int(chat)], parts=[])
    alice.say(chat, "after the bad one")
    engine.catch_up()
    bad.refresh_from_db()
    assert bad.store == "failed"
    bad.delete()
    assert texts(alice, "bad") == ["after the bad one"]


def test_who_leaves_is_erased_from_each_store(
    engine: Engine, worker: None, alice: Person, bob: Person, chat: str
) -> None:
    from search.documents import SOURCES
    from search.elastic import configured
    from search.elastic import storing as elastic
    from search.models import Document, Recent
    from search.postgres import storing
    from search.services import erasing

    name = f"Alice{secrets.token_hex(4)}"
    alice.patch("/me", {"discoverable_by": "everyone", "name": name})
    alice.say(chat, "what stays")
    search(alice, "what")
    engine.catch_up()
    leave(alice, password=PASSWORD)
    stores = wait_for_erasure(alice).stores
    assert stores["search_postgres"]["erased"] >= 2
    assert stores["searches"]["erased"] == 1
    assert "search_elastic" in stores
    engine.catch_up()
    user_id = int(alice.id)
    if engine.name == "elasticsearch":  # the worker of all tests has none
        assert erasing.erase_elastic(user_id) >= 1
        elastic.refresh()
    assert not Recent.objects.filter(user_id=user_id).exists()
    assert not Document.objects.filter(kind="user", subject=user_id).exists()
    for source in SOURCES.values():
        assert storing.keys_of(source, user_id) == []
        assert not configured() or elastic.keys_of(source, user_id) == []
    assert texts(bob, "stays") == ["what stays"]
    found = search(bob, name, kinds="people")
    assert found["total"] == 0, found
