"""A third person."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.people import Person, make_person


@pytest.fixture
def carol(server: str) -> Iterator[Person]:
    """Somebody with whom the others may have chats of their own."""
    person = make_person(server, "carol")
    yield person
    person.http.close()
