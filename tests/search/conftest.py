"""Every test of search runs on both engines; without an Elasticsearch (ELASTICSEARCH_URL) its half
is skipped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import serving
from tests.people import Person, make_person
from tests.search.engines import Engine, elastic_environment, elastic_url, indexing_into


@pytest.fixture(scope="package", params=["postgres", "elasticsearch"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Gone after these tests: with an Elasticsearch, changes that PostgreSQL's index has learned of
    are not forgotten yet."""
    if request.param == "postgres":
        yield Engine("postgres", request.getfixturevalue("server_of_all"))
        return
    if not elastic_url():
        pytest.skip("there is no Elasticsearch (ELASTICSEARCH_URL)")
    environment = elastic_environment(elastic_url())
    with indexing_into(environment), serving(**environment) as url:
        yield Engine("elasticsearch", url)


@pytest.fixture(scope="session")
def server_of_all(server: str) -> str:
    """The one that tests of all apps share."""
    return server


@pytest.fixture
def alice(engine: Engine) -> Iterator[Person]:
    yield from _person(engine, "alice")


@pytest.fixture
def bob(engine: Engine) -> Iterator[Person]:
    yield from _person(engine, "bob")


@pytest.fixture
def carol(engine: Engine) -> Iterator[Person]:
    yield from _person(engine, "carol")


@pytest.fixture
def mallory(engine: Engine) -> Iterator[Person]:
    yield from _person(engine, "mallory")


def _person(engine: Engine, name: str) -> Iterator[Person]:
    person = make_person(engine.url, name)
    yield person
    person.http.close()
