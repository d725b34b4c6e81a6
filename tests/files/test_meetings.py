"""Uploads that meet one another, the end of their file, or the end of their connection."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.files.test_transfer import Kept, begun, refusal, wait_for
from tests.files.uploads import announced, brought, completed, fetched, settled
from tests.people import Person


def test_a_repeated_upload_replaces_the_first(
    worker: None, alice: Person, content: bytes, kept: Kept
) -> None:
    file = announced(alice, content)
    assert brought(file["upload"], b"x" * len(content)).status_code == 204
    assert brought(file["upload"], content).status_code == 204
    assert kept(file["id"]) == ["incoming"]
    completed(alice, file["id"])
    settled(alice, file["id"])
    assert fetched(alice, file["id"]).content == content


def test_nothing_is_brought_to_a_completed_file(
    worker: None, alice: Person, content: bytes, kept: Kept
) -> None:
    file = announced(alice, content)
    brought(file["upload"], content)
    assert kept(file["id"]) == ["incoming"]
    completed(alice, file["id"])
    settled(alice, file["id"])
    refusal(brought(file["upload"], b"x" * len(content)), 409, "version_conflict")
    assert fetched(alice, file["id"]).content == content
    wait_for(kept, file["id"], "content")


def test_an_upload_that_is_overtaken_by_complete(
    worker: None, alice: Person, content: bytes, kept: Kept
) -> None:
    file = announced(alice, content)
    with begun(file["upload"], len(content), content[:10]) as link:
        wait_for(kept, file["id"], "incoming")
        completed(alice, file["id"])
        assert settled(alice, file["id"])["reason"] == "missing"
        link.send(content[10:])
        assert link.getresponse().status == 409
    assert kept(file["id"]) == []


def test_of_two_uploads_at_once_the_later_one_counts(
    alice: Person, content: bytes, kept: Kept
) -> None:
    file = announced(alice, content)
    with begun(file["upload"], len(content), content[:10]) as link:
        wait_for(kept, file["id"], "incoming")
        assert brought(file["upload"], content).status_code == 204
        link.send(b"x" * (len(content) - 10))
        assert link.getresponse().status == 409
    assert kept(file["id"]) == ["incoming"]
    again = brought(file["upload"], content)
    assert again.status_code == 204


def test_what_is_refused_at_once_disturbs_no_upload(
    alice: Person, content: bytes, kept: Kept
) -> None:
    file = announced(alice, content)
    with begun(file["upload"], len(content), content[:10]) as link:
        wait_for(kept, file["id"], "incoming")
        refusal(brought(file["upload"], content + b"x"), 413, "too_large")
        other = brought(file["upload"], content, **{"Content-Type": "a/b"})
        refusal(other, 415, "unsupported_media")
        link.send(content[10:])
        assert link.getresponse().status == 204
    assert kept(file["id"]) == ["incoming"]


@pytest.mark.parametrize("limit", ["QUIET_SECONDS", "LONGEST_SECONDS"])
async def test_a_body_that_does_not_come_is_given_up(
    alice: Person, content: bytes, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process, since the waiting takes a minute, or an hour."""
    from asgi import application
    from project.files.transfer import addresses, receiving

    monkeypatch.setattr(receiving, limit, 0.05)
    monkeypatch.setattr(addresses, "DRAIN_QUIET_SECONDS", 0.05)
    upload = announced(alice, content)["upload"]
    sent: list[dict[str, Any]] = []
    begun = [{"type": "http.request", "body": content[:10], "more_body": True}]

    async def receive() -> dict[str, Any]:
        return begun.pop() if begun else await asyncio.Future()

    async def send(event: dict[str, Any]) -> None:
        sent.append(event)

    scope = {
        "type": "http",
        "method": "PUT",
        "path": urlsplit(upload["url"]).path,
        "headers": [(b"content-type", b"text/plain")],
    }
    await application(scope, receive, send)
    assert sent[0]["status"] == 400
    assert json.loads(sent[1]["body"])["code"] == "validation"


def test_a_connection_that_ends_leaves_nothing(alice: Person, content: bytes, kept: Kept) -> None:
    file = announced(alice, content)
    with begun(file["upload"], len(content), content[:10]):
        wait_for(kept, file["id"], "incoming")
    wait_for(kept, file["id"])
    assert brought(file["upload"], content).status_code == 204


def test_no_part_is_seen_as_the_object(alice: Person, content: bytes, kept: Kept) -> None:
    from project.files.models import File
    from project.files.stores.disk import DiskStore

    file = announced(alice, content)
    with begun(file["upload"], len(content), content[:10]):
        wait_for(kept, file["id"], "incoming")
        key = File.objects.get(pk=int(file["id"])).key
        with pytest.raises(FileNotFoundError):
            DiskStore().open("incoming", key)


def test_a_file_that_went_takes_no_bytes(alice: Person, content: bytes, kept: Kept) -> None:
    from project.files.models import File

    file = announced(alice, content)
    with begun(file["upload"], len(content), content[:10]) as link:
        wait_for(kept, file["id"], "incoming")
        row = File.objects.get(pk=int(file["id"]))
        File.objects.filter(pk=row.pk).delete()
        link.send(content[10:])
        assert link.getresponse().status == 404
        row.save(force_insert=True)
    assert kept(file["id"]) == []
    row.delete()
    refusal(brought(file["upload"], content), 404, "not_found")
