"""From the upload to the last byte's end, the same on each store."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.files.stores.conftest import Pair
from tests.files.stores.places import Place
from tests.files.uploads import announced, brought, completed, fetched, settled, uploaded
from tests.people import Person
from tests.waiting import until


@pytest.fixture
def photo() -> bytes:
    """A JPEG that no other test has."""
    image = Image.frombytes("RGB", (64, 48), secrets.token_bytes(64 * 48 * 3))
    written = io.BytesIO()
    image.save(written, "JPEG", quality=90)
    return written.getvalue()


def sent(person: Person, chat: str, file: Any) -> Any:
    body = {"client_id": secrets.token_hex(8), "file": file["id"]}
    return person.post(f"/chats/{chat}/messages", body, 201)


def test_a_photo_goes_all_the_way(place: Place, pair: Pair, photo: bytes, mallory: Person) -> None:
    alice, bob, chat = pair
    file = uploaded(alice, photo, "view.jpg", "image/jpeg", hashed=True)
    assert (file["state"], file["width"], file["height"]) == ("ready", 64, 48)
    message = sent(alice, chat, file)
    assert (message["type"], message["file"]) == ("image", file)
    content = fetched(bob, file["id"])
    assert (content.status_code, len(content.content)) == (200, file["size"])
    assert content.headers["Content-Type"] == "image/jpeg"
    assert content.headers["Content-Disposition"].startswith("attachment;")
    assert "private" in content.headers["Cache-Control"]
    assert fetched(bob, file["id"], Range="bytes=0-2").content == b"\xff\xd8\xff"
    assert fetched(bob, file["id"], "thumbnail").headers["Content-Type"] == "image/webp"
    assert fetched(mallory, file["id"]).status_code == 404
    assert place.held(file["id"]) == {"content", "thumbnails"}


@pytest.mark.parametrize("wrong", [b"much more than was announced", b"less", b""])
def test_bytes_of_another_size_are_not_taken(place: Place, pair: Pair, wrong: bytes) -> None:
    file = announced(pair.alice, b"just what it is")
    answer = brought(file["upload"], wrong)
    assert 400 <= answer.status_code < 500
    assert place.held(file["id"]) == set()
    completed(pair.alice, file["id"])
    assert settled(pair.alice, file["id"])["reason"] == "missing"


def test_an_upload_can_be_tried_again(pair: Pair, content: bytes) -> None:
    file = announced(pair.alice, content)
    assert brought(file["upload"], content[:-1]).is_error
    assert brought(file["upload"], content).is_success
    completed(pair.alice, file["id"])
    assert settled(pair.alice, file["id"])["state"] == "ready"


def test_an_upload_that_breaks_off_can_be_made_again(
    place: Place, pair: Pair, content: bytes
) -> None:
    content *= 10_000
    file = announced(pair.alice, content)
    with pytest.raises(ConnectionError, match="train went into a tunnel"):
        break_off(file["upload"], content)
    until(lambda: brought(file["upload"], content).is_success, "the broken one is over")
    completed(pair.alice, file["id"])
    assert settled(pair.alice, file["id"])["state"] == "ready"
    assert fetched(pair.alice, file["id"]).content == content


def break_off(upload: dict[str, Any], content: bytes) -> None:
    """Bring half of it."""
    if "fields" in upload:
        form = {"data": upload["fields"], "files": {"file": ("file", content)}}
        whole = httpx.Request("POST", upload["url"], **form)
    else:
        whole = httpx.Request("PUT", upload["url"], content=content, headers=upload["headers"])
    body = whole.read()

    def half() -> Iterator[bytes]:
        for at in range(0, len(body) // 2, 50_000):
            yield body[at : at + 50_000]
        raise ConnectionError("the train went into a tunnel")

    httpx.request(whole.method, whole.url, headers=whole.headers, content=half())


def test_an_upload_after_the_file_is_ready_changes_nothing(
    place: Place, pair: Pair, content: bytes
) -> None:
    alice, bob, chat = pair
    file = announced(alice, content)
    place.note(file["id"])
    assert brought(file["upload"], content).is_success
    completed(alice, file["id"])
    ready = settled(alice, file["id"])
    sent(alice, chat, ready)
    until(lambda: "incoming" not in place.held(file["id"]), "the upload is tidied away")
    brought(file["upload"], bytes(reversed(content)))  # a store may take it: nobody gets to see it
    completed(alice, file["id"])
    assert fetched(bob, file["id"]).content == content

    def swept() -> bool:
        place.sweep(minutes=70)
        return place.held(file["id"]) == {"content"}

    until(swept, "a sweep came through: the store may have hung up on the first")
    assert place.astray() == []
    assert fetched(bob, file["id"]).content == content


def test_deleting_a_message_leaves_no_byte(place: Place, pair: Pair, photo: bytes) -> None:
    alice, bob, chat = pair
    file = uploaded(alice, photo, "view.jpg", "image/jpeg")
    message = sent(alice, chat, file)
    link = bob.get(f"/files/{file['id']}/link")["url"]
    small = bob.get(f"/files/{file['id']}/link", variant="thumbnail")["url"]
    assert httpx.get(link).status_code == httpx.get(small).status_code == 200
    assert place.held(file["id"]) >= {"content", "thumbnails"}
    alice.delete(f"/chats/{chat}/messages/{message['number']}", **{"for": "everyone"})
    until(lambda: place.held(file["id"]) == set(), "all is erased")
    assert httpx.get(link).status_code == httpx.get(small).status_code == 404
    for person in (alice, bob):
        person.get(f"/files/{file['id']}", 404)


def test_what_was_never_completed_is_swept_away(place: Place, pair: Pair, content: bytes) -> None:
    file = announced(pair.alice, content)
    assert brought(file["upload"], content).is_success
    assert place.held(file["id"]) == {"incoming"}
    place.sweep(minutes=30)
    assert place.held(file["id"]) == {"incoming"}
    place.sweep(minutes=70)
    assert place.held(file["id"]) == set()
    pair.alice.get(f"/files/{file['id']}", 404)


def test_an_upload_that_comes_after_the_sweep_is_swept_as_well(
    place: Place, pair: Pair, content: bytes
) -> None:
    file = announced(pair.alice, content)
    place.note(file["id"])
    place.sweep(minutes=70)
    brought(file["upload"], content)
    place.sweep(minutes=70)
    assert place.held(file["id"]) == set()
