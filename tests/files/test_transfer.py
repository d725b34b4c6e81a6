"""Bringing bytes to the disk store, and fetching them."""

from __future__ import annotations

from tests.files.uploads import fetched, uploaded
from tests.people import Person


def test_the_whole_way(worker: None, alice: Person, content: bytes) -> None:
    file = uploaded(alice, content, hashed=True)
    assert file == {
        "id": file["id"],
        "name": "notes.txt",
        "size": len(content),
        "content_type": "text/plain",
        "state": "ready",
        "thumbnail": None,
    }
    response = fetched(alice, file["id"])
    assert (response.status_code, response.content) == (200, content)
