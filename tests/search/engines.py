"""The two engines of search under one roof: the same tests ask both."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests import conftest
from tests.people import Person
from tests.waiting import until

Json = dict[str, Any]


def index(store: str) -> None:
    """Have the store learn of all that has changed. The worker may be erasing somebody from it just
    now, and one at a time writes."""
    from search.models import Change
    from search.public import feed

    until(lambda: not feed(store, 60) and not Change.objects.filter(store=store).exists())


@dataclass(frozen=True)
class Engine:
    """A server that searches with `name`, and what brings its index up to date."""

    name: str
    url: str

    def catch_up(self) -> None:
        """Index all that has changed, as the workers do."""
        index("postgres")
        if self.name == "elasticsearch":
            index("elastic")

    def twice(self) -> Iterator[str]:
        """Once while the index knows nothing of the latest changes, once when it does."""
        yield "late"
        self.catch_up()
        yield "indexed"

    def stays(self) -> Iterator[str]:
        """The same, when the index was up to date before."""
        self.catch_up()
        yield "indexed"


def elastic_environment(url: str) -> dict[str, str]:
    return {
        "ELASTICSEARCH_URL": url,
        "ELASTICSEARCH_PREFIX": f"confab-test-{secrets.token_hex(4)}",
        "ELASTICSEARCH_SECONDS": "10",  # tests run on busy machines
    }


@contextmanager
def indexing_into(environment: dict[str, str]) -> Iterator[None]:
    """This process writes into that Elasticsearch too, with an index of its own that goes in the
    end."""
    from django.conf import settings

    from search.elastic.client import client
    from search.indexing import rebuilding
    from search.models import ElasticIndex

    settings.ELASTICSEARCH_URL = environment["ELASTICSEARCH_URL"]
    settings.ELASTICSEARCH_PREFIX = environment["ELASTICSEARCH_PREFIX"]
    usual = settings.ELASTICSEARCH_SECONDS
    settings.ELASTICSEARCH_SECONDS = float(environment["ELASTICSEARCH_SECONDS"])
    client.cache_clear()
    try:
        rebuilding.rebuild_elastic(lambda done, total: None)
        yield
    finally:
        for index in ElasticIndex.objects.all():
            client().indices.delete(index=index.name, ignore_unavailable=True)
        ElasticIndex.objects.all().delete()
        client().close()
        client.cache_clear()
        settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_SECONDS = "", usual


def elastic_url() -> str:
    """Empty where there is no Elasticsearch: its half of the tests is skipped and says so."""
    return conftest.ELASTIC.get("ELASTICSEARCH_URL", "")


def held(engine: Engine, chat: str) -> list[int]:
    """The numbers of this chat's messages that the index physically holds."""
    from search.documents import source_of
    from search.indexing.stores import store_of

    store = store_of("elastic" if engine.name == "elasticsearch" else "postgres")
    (digests,) = store.held(source_of("message"), (int(chat), 0), (int(chat), 2**31 - 1))
    return sorted(key[1] for _, key in digests)


def search(person: Person, q: str, **query: Any) -> Json:
    """One page, of messages unless `kinds` says otherwise."""
    query = {"in": query.pop("kinds", "messages"), **query}
    answer: Json = person.get("/search", q=q, **query)
    assert answer["degraded"] is False
    return answer


def texts(person: Person, q: str, **query: Any) -> list[str]:
    """The texts of the messages that are found, in order."""
    return [result["message"]["text"] for result in search(person, q, **query)["results"]]


def marked(result: Json) -> list[str]:
    """What the highlights of a result mark, cut out as JavaScript would."""
    return [
        each["text"].encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")
        for each in result["highlights"]
        for start, end in each["spans"]
    ]
