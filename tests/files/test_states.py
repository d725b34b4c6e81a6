"""What becomes of a file, and who is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.devices import opened
from tests.files.uploads import announced, brought, completed, settled, uploaded
from tests.people import Person


async def test_each_state_is_told(worker: None, alice: Person, bob: Person, content: bytes) -> None:
    async with opened(alice) as device, opened(bob) as stranger:
        file = announced(alice, content)
        assert brought(file["upload"], content).status_code == 204
        assert completed(alice, file["id"])["state"] in ("processing", "ready")
        told = [await device.update("file.updated"), await device.update("file.updated")]
        assert [update["state"] for update in told][-1] == "ready"
        assert told[-1] == alice.get(f"/files/{file['id']}")
        await stranger.do("ping")
        assert [frame for frame in stranger.kept if frame.get("kind") == "file.updated"] == []


async def test_files_belong_to_the_chat_part(worker: None, alice: Person, content: bytes) -> None:
    async with opened(alice, "/ws/chat/") as chat, opened(alice, "/ws/feed/") as feed:
        file = uploaded(alice, content)
        assert (await chat.update("file.updated"))["id"] == file["id"]
        await feed.do("ping")
        assert [frame for frame in feed.kept if frame.get("kind") == "file.updated"] == []


def test_nothing_uploaded_is_rejected(worker: None, alice: Person, content: bytes) -> None:
    file = announced(alice, content)
    completed(alice, file["id"])
    rejected = settled(alice, file["id"])
    assert (rejected["state"], rejected["reason"]) == ("rejected", "missing")
    alice.get(f"/files/{file['id']}/content", 404)
    alice.get(f"/files/{file['id']}/link", 404)


def test_completing_again_changes_nothing(worker: None, alice: Person, content: bytes) -> None:
    ready = uploaded(alice, content)
    before = alice.get("/bootstrap")["pts"]
    for _ in range(3):
        assert completed(alice, ready["id"]) == ready
    assert alice.get("/bootstrap")["pts"] == before


def test_completing_many_times_at_once_counts_once(
    worker: None, alice: Person, content: bytes
) -> None:
    cursor = alice.get("/bootstrap")
    file = announced(alice, content)
    brought(file["upload"], content)
    with ThreadPoolExecutor(10) as threads:
        list(threads.map(lambda _: completed(alice, file["id"]), range(20)))
    settled(alice, file["id"])
    assert len(missed(alice, cursor)) == 2


def test_what_is_not_ready_has_no_content(alice: Person, content: bytes) -> None:
    file = announced(alice, content)
    brought(file["upload"], content)
    for path in ("content", "link"):
        assert alice.get(f"/files/{file['id']}/{path}", 404)["code"] == "not_found"


def test_what_has_no_thumbnail_gives_none(worker: None, alice: Person, content: bytes) -> None:
    file = uploaded(alice, content)
    alice.get(f"/files/{file['id']}/content", 404, variant="thumbnail")
    alice.get(f"/files/{file['id']}/content", 400, variant="large")


def missed(person: Person, cursor: Any) -> list[Any]:
    answer = person.get("/updates", epoch=cursor["epoch"], pts=cursor["pts"])
    return [update["data"] for update in answer["updates"] if update["kind"] == "file.updated"]


def test_a_file_that_is_gone_arrives_as_deleted(
    worker: None, alice: Person, content: bytes
) -> None:
    from django.db import transaction

    from project.files.services.releasing import release

    cursor = alice.get("/bootstrap")
    file = uploaded(alice, content)
    assert {update["state"] for update in missed(alice, cursor)} == {"ready"}
    with transaction.atomic():
        assert release(int(file["id"]), "unused")
    alice.get(f"/files/{file['id']}", 404)
    for update in missed(alice, cursor):
        assert update["id"] == file["id"]
        assert (update["state"], update["reason"]) == ("rejected", "deleted")
        assert "notes" not in str(update)


def test_a_stranger_learns_nothing(worker: None, alice: Person, mallory: Person) -> None:
    file = uploaded(alice)["id"]
    nowhere = "119122759945641793"
    for method, path in [
        ("GET", "/files/{}"),
        ("GET", "/files/{}/content"),
        ("GET", "/files/{}/content?variant=thumbnail"),
        ("GET", "/files/{}/link"),
        ("POST", "/files/{}/complete"),
    ]:
        there = mallory.call(method, path.format(file), 404)
        absent = mallory.call(method, path.format(nowhere), 404)
        assert there | {"request_id": 0} == absent | {"request_id": 0}
        mallory.call(method, path.format("x"), 404)
