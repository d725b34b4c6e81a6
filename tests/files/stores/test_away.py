"""Workers that are killed and stores that go away: nothing is lost, and nothing is left behind."""

from __future__ import annotations

import random
import secrets
import time
from typing import Any

import pytest

from tests.files.stores.conftest import Pair
from tests.files.stores.gate import Gate
from tests.files.stores.places import Place
from tests.files.stores.test_places import sent
from tests.files.uploads import announced, brought, completed, fetched, settled, uploaded
from tests.waiting import until

LARGE = 3_000_000


@pytest.fixture
def gate(on_s3: Place, s3_pair: Pair) -> Gate:
    assert on_s3.gate
    return on_s3.gate


def large(pair: Pair) -> tuple[bytes, Any]:
    """A file that is uploaded, so large that work on it can be interrupted, and not completed."""
    content = secrets.token_bytes(LARGE)
    file = announced(pair.alice, content, "noise.bin", "application/octet-stream")
    assert brought(file["upload"], content).is_success
    return content, file


def test_a_worker_that_is_killed_delays_a_file(place: Place, pair: Pair) -> None:
    files = []
    for _ in range(3):
        content, file = large(pair)
        place.note(file["id"])
        completed(pair.alice, file["id"])
        time.sleep(random.random() / 4)  # the point at which it dies is the point
        place.worker.kill()
        place.worker.start()
        files.append((content, file))
    place.sweep(minutes=3)
    for content, file in files:
        ready = settled(pair.alice, file["id"])
        assert ready["state"] == "ready"
        sent(pair.alice, pair.chat, ready)
        assert fetched(pair.bob, file["id"]).content == content
    place.sweep(minutes=70)
    assert place.astray() == []
    assert all(place.held(file["id"]) == {"content"} for _, file in files)


def test_a_file_waits_for_a_store_that_is_away(on_s3: Place, s3_pair: Pair, gate: Gate) -> None:
    content, file = large(s3_pair)
    gate.shut()
    completed(s3_pair.alice, file["id"])
    assert gate.held_back.wait(20)
    assert s3_pair.alice.get(f"/files/{file['id']}")["state"] == "processing"
    assert s3_pair.alice.say(s3_pair.chat, "chat goes on")["number"] == 1
    gate.open()
    on_s3.sweep(minutes=3)
    assert settled(s3_pair.alice, file["id"])["state"] == "ready"
    assert fetched(s3_pair.alice, file["id"]).content == content


def test_a_store_that_hangs_and_comes_back_is_waited_for(s3_pair: Pair, gate: Gate) -> None:
    _, file = large(s3_pair)
    gate.stall()
    completed(s3_pair.alice, file["id"])
    assert gate.held_back.wait(20)
    other = announced(s3_pair.alice, b"also meanwhile")
    assert brought(other["upload"], b"also meanwhile").is_success
    assert s3_pair.alice.get(f"/files/{file['id']}")["state"] == "processing"
    gate.open()
    assert settled(s3_pair.alice, file["id"])["state"] == "ready"


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_store_that_dies_while_it_is_written_to_holds_all_or_nothing(
    on_s3: Place, s3_pair: Pair, gate: Gate, part: float
) -> None:
    content, file = large(s3_pair)
    gate.shut_after(int(LARGE * part))
    completed(s3_pair.alice, file["id"])
    until(lambda: gate.is_shut, "the store died")
    assert [each for each in on_s3.astray() if each.place == "content"] == []
    gate.open()
    on_s3.sweep(minutes=3)
    assert settled(s3_pair.alice, file["id"])["state"] == "ready"
    assert fetched(s3_pair.alice, file["id"]).content == content
    on_s3.sweep(minutes=70)
    assert on_s3.astray() == []


def test_what_cannot_be_erased_now_is_erased_later(on_s3: Place, s3_pair: Pair, gate: Gate) -> None:
    from project.files.models import Erasure

    alice, bob, chat = s3_pair
    file = uploaded(alice, secrets.token_bytes(1000), "noise.bin", "application/octet-stream")
    message = sent(alice, chat, file)
    on_s3.note(file["id"])
    gate.shut()
    alice.delete(f"/chats/{chat}/messages/{message['number']}", **{"for": "everyone"})
    assert gate.held_back.wait(20)
    bob.get(f"/files/{file['id']}/link", 404)
    record = Erasure.objects.get(file_id=int(file["id"]))

    def all_was_tried() -> bool:
        record.refresh_from_db()
        return len(record.stores) == 3

    until(all_was_tried, "all was tried")
    assert record.finished_at is None
    assert not any(outcome["done_at"] for outcome in record.stores.values())
    assert all(outcome["why"] for outcome in record.stores.values())
    gate.open()
    on_s3.sweep(minutes=0)
    assert on_s3.held(file["id"]) == set()
    record.refresh_from_db()
    assert record.finished_at
    assert all(outcome["done_at"] for outcome in record.stores.values())


def test_a_worker_that_is_killed_while_erasing_leaves_nothing(place: Place, pair: Pair) -> None:
    files = []
    for _ in range(4):
        file = uploaded(pair.alice, secrets.token_bytes(1000), "n.bin", "application/octet-stream")
        place.note(file["id"])
        files.append((file, sent(pair.alice, pair.chat, file)))
    for _, message in files:
        path = f"/chats/{pair.chat}/messages/{message['number']}"
        pair.alice.delete(path, **{"for": "everyone"})
    time.sleep(random.random() / 20)  # the point at which it dies is the point
    place.worker.kill()
    place.sweep(minutes=0)
    assert not any(place.held(file["id"]) for file, _ in files)
    place.sweep(minutes=70)
    assert place.astray() == []
