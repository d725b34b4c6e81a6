"""Elasticsearch beyond what both engines do: typing mistakes and parts of words; and what happens
while it is away, slow, wiped or wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from elasticsearch import ConnectionTimeout

from tests.files.stores.gate import Gate
from tests.people import Person
from tests.search.engines import Engine, elastic_url, held, index, marked, search, texts
from tests.search.stragglers import Straggler, lose_memory
from tests.waiting import until

pytestmark = pytest.mark.parametrize("engine", ["elasticsearch"], indirect=True, scope="package")


@pytest.fixture
def gate() -> Iterator[Gate]:
    """Between this process and Elasticsearch."""
    from search.elastic.client import client, searches, work

    direct, seconds = settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_SECONDS
    with Gate(elastic_url()) as passing:
        settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_SECONDS = passing.url, 10.0
        client.cache_clear()
        yield passing
        settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_SECONDS = direct, seconds
        client.cache_clear()
        for breaker in (searches, work):
            breaker.worked()


def asked(person: Person, q: str, **given: Any) -> Any:
    """The same search in this process, whose way to Elasticsearch leads through the gate."""
    from search.doors.inputs import SearchQuery
    from search.reading.searching import search as ask

    return ask(int(person.id), SearchQuery(q=q, kinds="messages", **given))


def state(answer: Any) -> tuple[str, bool, int]:
    return answer.backend, answer.degraded, answer.total


def test_mistakes_and_inner_parts(engine: Engine, alice: Person, chat: str) -> None:
    alice.say(chat, "the quarterly statement 123456")
    engine.catch_up()
    for query, cut_out in {
        "statment": ["statement"],
        "quartrely": ["quarterly"],
        "arterl": ["arterl"],
        "tatemen": ["tatemen"],
        "statesman": [],
        "123457": [],
        "234x": [],
        '"statment"': [],
        "xtatement": [],
        "quarterly -statment": ["quarterly"],
    }.items():
        results = search(alice, query)["results"]
        assert len(results) == bool(cut_out), query
        assert [each for result in results for each in marked(result)] == cut_out, query


def test_away_and_back(engine: Engine, gate: Gate, alice: Person, chat: str) -> None:
    from search.elastic.client import searches

    alice.say(chat, "lighthouse")
    engine.catch_up()
    assert state(asked(alice, "lighthouse")) == ("elasticsearch", False, 1)
    gate.shut()
    assert state(asked(alice, "lighthouse")) == ("postgres", True, 1)
    alice.say(chat, "lighthouse two")
    assert state(asked(alice, "lighthouse")) == ("postgres", True, 2)
    gate.open()
    searches.worked()
    assert state(asked(alice, "lighthouse")) == ("elasticsearch", False, 2)


@pytest.mark.parametrize("marks", [1_000, 1_000_000])
def test_who_asks_too_much_keeps_nobody_else_away(
    engine: Engine,
    gate: Gate,
    alice: Person,
    chat: str,
    monkeypatch: pytest.MonkeyPatch,
    marks: int,
) -> None:
    """Whoever has thousands of unread chats asks more than Elasticsearch answers, and PostgreSQL
    does that for them; also where Elasticsearch itself is the one who finds it too much."""
    from chat.searching import operators
    from search.elastic import matching

    monkeypatch.setattr(matching, "MOST_MARKS", marks)
    number = alice.say(chat, "lighthouse")["number"]
    engine.catch_up()
    many = [(int(chat), number - 1), *((-other, 0) for other in range(1, 30_000))]
    monkeypatch.setattr(operators, "unread_above", lambda reader: many)
    assert state(asked(alice, "lighthouse is:unread from:me")) == ("postgres", True, 0)
    assert state(asked(alice, "lighthouse -is:unread")) == ("postgres", True, 1)
    assert state(asked(alice, "lighthouse")) == ("elasticsearch", False, 1)


def test_a_silent_server_is_waited_for_once(
    engine: Engine, gate: Gate, alice: Person, chat: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the one who was searching then; whether it is back is for nobody's search to find out."""
    from search.elastic import client as clients

    alice.say(chat, "lighthouse")
    engine.catch_up()
    monkeypatch.setattr(clients, "REST_SECONDS", 0.1)
    monkeypatch.setattr(clients, "PROBE_SECONDS", 0.5)
    settings.ELASTICSEARCH_SECONDS = 5.0
    gate.stall()
    assert state(asked(alice, "lighthouse")) == ("postgres", True, 1)
    for _ in range(3):  # looks that were taken, one after the other
        until(gate.held_back.is_set)
        gate.held_back.clear()
        started = time.monotonic()
        assert state(asked(alice, "lighthouse")) == ("postgres", True, 1)
        assert time.monotonic() - started < 3
    gate.open()
    until(lambda: state(asked(alice, "lighthouse")) == ("elasticsearch", False, 1))


def test_one_slow_search_keeps_nobody_else_away(
    engine: Engine, gate: Gate, alice: Person, chat: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several in a row do: then it is the server that is slow."""
    from search.elastic import client as clients

    class Slow:
        def search(self, **request: Any) -> Any:
            raise ConnectionTimeout("too dear")

    monkeypatch.setattr(clients, "PROBE_SECONDS", 10.0)
    alice.say(chat, "lighthouse")
    engine.catch_up()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clients, "_asking", lambda whole, seconds: Slow())
        assert state(asked(alice, "lighthouse")) == ("postgres", True, 1)
    until(clients.searches.closed)
    assert state(asked(alice, "lighthouse")) == ("elasticsearch", False, 1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clients, "_asking", lambda whole, seconds: Slow())
        for _ in range(clients.SLOW_IN_A_ROW):
            until(clients.searches.closed)
            assert state(asked(alice, "lighthouse")) == ("postgres", True, 1)
    assert state(asked(alice, "lighthouse")) == ("postgres", True, 1)


def test_pages_by_relevance_stay_with_their_backend(
    engine: Engine, gate: Gate, alice: Person, chat: str
) -> None:
    from project.errors import Problem

    for number in range(3):
        alice.say(chat, f"lighthouse {number}")
    engine.catch_up()
    best = asked(alice, "lighthouse", limit=1)
    newest = asked(alice, "lighthouse", limit=1, sort="newest")
    gate.shut()
    with pytest.raises(Problem) as refused:
        asked(alice, "lighthouse", limit=1, cursor=best.next)
    assert refused.value.code == "unavailable"
    further = asked(alice, "lighthouse", limit=1, sort="newest", cursor=newest.next)
    assert (further.degraded, further.results[0].message.text) == (True, "lighthouse 1")


def test_indexing_waits_for_a_server_that_is_away(
    engine: Engine, gate: Gate, alice: Person, chat: str
) -> None:
    from search.elastic import Away
    from search.public import feed

    alice.say(chat, "marigold")
    gate.shut()
    index("postgres")
    with pytest.raises(Away):
        feed("elastic", 60)
    gate.open()
    engine.catch_up()
    alice.patch(f"/chats/{chat}/messages/1", {"text": "tulip"})
    assert texts(alice, "marigold") == []
    assert texts(alice, "tulip") == ["tulip"]


def test_an_index_that_lies_gives_nothing_away(
    engine: Engine, alice: Person, mallory: Person, chat: str
) -> None:
    """It names Mallory as a reader, and tells her of tags and people."""
    from search.elastic import storing
    from search.elastic.client import client
    from search.elastic.definition import alias

    alice.say(chat, "secret #hushed")
    engine.catch_up()
    lie = {
        "kind": "message",
        "subject": int(chat),
        "part": 1,
        "digest": 1,
        "terms": [f"@={mallory.id}"],
        "words": ["secret"],
        "sender": [alice.id],
        "tag": ["hushed"],
        "private": [f"{alice.id}/tag=own"],
    }
    place = storing.id_of("message", (int(chat), 1))
    client().index(index=alias(), id=place, document=lie, refresh=True)
    answer = mallory.get("/search", q="secret", **{"in": "messages"})
    assert (answer["results"], answer["total"], answer["degraded"]) == ([], 0, True)
    assert all(values == [] for values in answer["facets"].values())
    engine.catch_up()  # what was noticed is repaired
    assert search(mallory, "secret")["total"] == 0
    assert texts(alice, "secret") == ["secret #hushed"]


def test_a_wiped_server_is_filled_again(engine: Engine, alice: Person, chat: str) -> None:
    from search.elastic import storing
    from search.elastic.client import client
    from search.models import ElasticIndex
    from search.tasks import feed_indexes

    alice.say(chat, "evergreen")
    engine.catch_up()
    client().indices.delete(index=[index.name for index in ElasticIndex.objects.all()])
    answer = alice.get("/search", q="evergreen", **{"in": "messages"})
    assert (answer["total"], answer["degraded"]) == (1, True)
    alice.say(chat, "evergreen too")
    feed_indexes()
    while not storing.live():
        feed_indexes()
    until(lambda: not alice.get("/search", q="evergreen", **{"in": "messages"})["degraded"])
    assert texts(alice, "evergreen", sort="newest") == ["evergreen too", "evergreen"]
    assert held(engine, chat) == [1, 2]


def test_a_late_writer_brings_nothing_back_after_a_restart(
    engine: Engine, alice: Person, chat: str
) -> None:
    for text in ("gone", "changed", "there"):
        alice.say(chat, text)
    engine.catch_up()
    asleep = Straggler(int(chat))
    alice.delete(f"/chats/{chat}/messages/1", **{"for": "everyone"})
    alice.patch(f"/chats/{chat}/messages/2", {"text": "edited"})
    engine.catch_up()
    assert deletions_are_forgotten()
    asleep.write()
    assert held(engine, chat) == [2, 3]
    assert texts(alice, "changed OR gone OR there", sort="newest") == ["there"]
    assert texts(alice, "edited") == ["edited"]


def deletions_are_forgotten() -> bool:
    """Restarts the server; whether it then took a write that is older than a deletion."""
    from search.elastic import storing
    from search.elastic.client import client

    (index,) = storing.live()
    place: dict[str, Any] = {"index": index, "id": "probe", "version_type": "external"}
    old = {"kind": storing.GONE, "subject": 0, "part": 0}
    client().index(**place, version=4, document=old)
    client().delete(**place, version=6)
    lose_memory()
    taken: bool = client().index(**place, version=5, document=old)["result"] == "created"
    client().delete(**place, version=7)
    return taken


def test_what_is_left_of_a_deletion_goes_in_the_end(
    engine: Engine, alice: Person, chat: str
) -> None:
    from search.elastic import storing
    from search.elastic.client import client

    alice.say(chat, "lives again")
    engine.catch_up()
    (index,) = storing.live()
    old = {"_op_type": "index", "kind": storing.GONE, "subject": int(chat), "at": 0}
    places = [storing.id_of("message", (int(chat), number)) for number in (7, 8)]
    storing.bulk(index, [{**old, "_id": place} for place in places], 1)
    storing.refresh()
    assert storing.forget_gone(index) == 2
    assert not any(client().exists(index=index, id=place) for place in places)
    assert texts(alice, "lives") == ["lives again"]


def test_workers_do_not_wait_for_a_silent_server(
    engine: Engine, gate: Gate, alice: Person, chat: str
) -> None:
    from search.elastic.client import work
    from search.tasks import feed_indexes

    engine.catch_up()
    alice.say(chat, "marigold")
    gate.stall()
    started = time.monotonic()
    feed_indexes()
    assert gate.held_back.is_set()
    gate.held_back.clear()
    feed_indexes()
    assert not gate.held_back.is_set()
    assert time.monotonic() - started < 5
    gate.open()
    work.worked()
    feed_indexes()  # both indexes learn of it in one go
    assert held(engine, chat) == [1]
    assert held(Engine("postgres", engine.url), chat) == [1]
    assert texts(alice, "marigold") == ["marigold"]
