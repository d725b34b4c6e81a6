"""Leaving for good, and taking one's data along."""

from __future__ import annotations

import io
import json
import secrets
import time
import zipfile
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.db.models import F

from tests.accounts.conftest import Register, enter, refresh
from tests.accounts.mailbox import code_to, wait_for_messages
from tests.devices import opened
from tests.people import PASSWORD, Person


def leave(person: Person, status: int = 202, **body: str) -> Any:
    return person.call("DELETE", "/me", status, body)


def wait_for_erasure(person: Person) -> Any:
    from accounts.models import Erasure

    until = time.monotonic() + 20
    while time.monotonic() < until:
        erasure = Erasure.objects.get(user_id=int(person.id))
        if erasure.finished_at is not None:
            return erasure
        time.sleep(0.05)
    pytest.fail(f"not erased: {erasure.stores}")


async def test_who_leaves_is_gone_at_once(
    http: httpx.Client, worker: None, alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "what I said stays")
    username = alice.get("/me")["username"]
    async with opened(alice) as device, opened(bob) as peers:
        leave(alice, password=PASSWORD)
        assert await device.closed() == 4403
        peer = (await peers.update("chat.updated"))["peer"]
    assert peer == {"id": alice.id, "name": "Deleted account", "deleted": True}
    alice.get("/me", 401)
    bob.get(f"/users/{alice.id}", 404)
    assert bob.get("/users", username=username)["results"] == []
    assert bob.texts(chat) == ["what I said stays"]
    assert enter(http, alice.email).json()["code"] == "bad_credentials"
    assert refresh(http, alice.refresh).status_code == 401


def test_every_store_is_erased_and_the_record_says_so(
    worker: None, alice: Person, bob: Person
) -> None:
    from accounts.models import Block, Session, User
    from project.sync.models import Head, Update

    alice.put(f"/blocks/{bob.id}")
    alice.patch("/me", {"about": "secret of alice", "name": "Alice Canary"})
    leave(alice, password=PASSWORD)
    erasure = wait_for_erasure(alice)
    assert {"sessions", "challenges", "blocks", "exports", "log"} <= set(erasure.stores)
    assert all(outcome["done_at"] for outcome in erasure.stores.values())
    assert erasure.stores["blocks"]["erased"] == 1
    user_id = int(alice.id)
    for rows in (
        Session.objects.filter(user_id=user_id),
        Block.objects.filter(blocker_id=user_id),
        Head.objects.filter(user_id=user_id),
        Update.objects.filter(user_id=user_id),
    ):
        assert not rows.exists()
    kept = json.dumps(list(User.objects.filter(pk=user_id).values()), default=str)
    assert "anary" not in kept
    assert alice.email not in kept


def test_a_store_that_fails_is_tried_again(worker: None, alice: Person) -> None:
    from accounts.models import Erasure, User
    from accounts.services import erasing
    from project.domains import ERASERS

    erasure = Erasure.objects.create(user_id=int(alice.id), stores=erasing.nothing_done())
    User.objects.filter(pk=int(alice.id)).update(left_at="2026-01-01T00:00:00Z")
    failures = [RuntimeError("away")]

    def unreliable(_: int) -> int:
        if failures:
            raise failures.pop()
        return 3

    ERASERS["elsewhere"] = unreliable
    try:
        assert erasing.erase(erasure.pk) is False
        assert erasure.pk in erasing.unfinished()
        assert erasing.erase(erasure.pk) is True
        assert erasing.erase(erasure.pk) is True
    finally:
        del ERASERS["elsewhere"]
    erasure.refresh_from_db()
    assert erasure.stores["elsewhere"]["erased"] == 3
    assert erasure.finished_at is not None


def test_the_address_is_free_again(http: httpx.Client, register: Register, alice: Person) -> None:
    leave(alice, password=PASSWORD)
    challenge = register(alice.email)["challenge"]
    messages = wait_for_messages(alice.email, 2)  # the farewell and the code, in any order
    code = next(m["text"] for m in messages if "code is" in m["text"])
    body = {"challenge": challenge, "code": "".join(filter(str.isdigit, code.split("\n")[0]))}
    tokens = http.post("/auth/email/verify", json=body).json()
    assert tokens["created"] is True
    assert tokens["user"]["id"] != alice.id


def test_a_code_confirms_too(worker: None, alice: Person) -> None:
    challenge = alice.post("/auth/challenge", status=202)
    assert challenge["channel"] == "email"
    body = {"challenge": challenge["challenge"], "code": code_to(alice.email)}
    leave(alice, **body)
    alice.get("/me", 401)


def test_nobody_leaves_without_proof(worker: None, alice: Person, mallory: Person) -> None:
    assert leave(alice, 401, password="not it")["code"] == "bad_credentials"
    assert leave(alice, 400)["code"] == "validation"
    assert leave(alice, 400, challenge="x")["code"] == "validation"
    assert leave(alice, 410, challenge="x", code="123456")["code"] == "challenge_spent"
    challenge = mallory.post("/auth/challenge", status=202)["challenge"]
    code = code_to(mallory.email)
    assert leave(alice, 410, challenge=challenge, code=code)["code"] == "challenge_spent"
    alice.get("/me")


def wait_for_export(person: Person, export: str) -> Any:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        found = person.get(f"/me/export/{export}")
        if found["state"] in ("ready", "failed"):
            return found
        time.sleep(0.05)
    pytest.fail(f"no export: {found}")


def test_my_data_come_as_a_zip(
    worker: None, server: str, alice: Person, bob: Person, mallory: Person
) -> None:
    alice.put(f"/blocks/{bob.id}")
    export = alice.post("/me/export", status=202)
    assert export["state"] == "queued"
    assert alice.post("/me/export", status=202)["id"] == export["id"]
    ready = wait_for_export(alice, export["id"])
    assert (ready["state"], ready["progress"]) == ("ready", 100)
    path = ready["url"].split("/", 3)[3]
    archive = zipfile.ZipFile(io.BytesIO(httpx.get(f"{server}/{path}").raise_for_status().content))
    me = json.loads(archive.read("me.jsonl"))
    assert me == alice.get("/me")
    (block,) = archive.read("blocks.jsonl").splitlines()
    assert json.loads(block)["user"]["id"] == bob.id
    mallory.get(f"/me/export/{export['id']}", 404)


def test_only_the_last_copy_of_my_data_is_kept(worker: None, server: str, alice: Person) -> None:
    from accounts.models import Export

    def made() -> tuple[str, str]:
        mine = Export.objects.filter(user_id=int(alice.id))
        mine.update(created_at=F("created_at") - timedelta(minutes=16))  # so that it is not recent
        asked = alice.post("/me/export", status=202)["id"]
        return asked, wait_for_export(alice, asked)["url"].split("/", 3)[3]

    copies = [made() for _ in range(3)]
    until = time.monotonic() + 20
    while Export.objects.filter(user_id=int(alice.id)).count() > 1:
        assert time.monotonic() < until, "the others are kept"
        time.sleep(0.05)
    for export, path in copies[:2]:
        alice.get(f"/me/export/{export}", 404)
        assert httpx.get(f"{server}/{path}").status_code == 404
    assert httpx.get(f"{server}/{copies[2][1]}").status_code == 200


def test_where_a_copy_lies_follows_from_no_key(alice: Person) -> None:
    from accounts.models import Export

    keys = [Export.objects.create(user_id=int(alice.id)).key for _ in range(2)]
    assert keys[0] != keys[1]
    assert {len(key) for key in keys} == {32}


def test_a_link_to_my_data_cannot_be_made_up(worker: None, server: str, alice: Person) -> None:
    export = wait_for_export(alice, alice.post("/me/export", status=202)["id"])
    token = export["url"].rpartition("/")[2]
    for forged in (
        export["id"],
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        secrets.token_hex(),
    ):
        answer = httpx.get(f"{server}/api/v1/exports/{forged}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
