"""A new SECRET_KEY: what the one before has signed is taken, and what is kept for ever is known."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.accounts.conftest import Register
from tests.accounts.mailbox import code_to
from tests.conftest import serving
from tests.devices import opened
from tests.people import Person, client

NEW = "a key that came after the first one, of enough length"


@pytest.fixture(scope="module")
def rotated(server: str) -> Iterator[str]:
    """A server with a new key that knows the one before, and has a key of data of its own."""
    keys = {"SECRET_KEY": NEW, "SECRET_KEY_FALLBACKS": json.dumps([os.environ["SECRET_KEY"]])}
    with serving(**keys, DATA_KEY="a key of data, which is of enough length, too") as url:
        yield url


@contextmanager
def moved(person: Person, url: str, access: str = "") -> Iterator[Person]:
    """The same person at another server."""
    with client(url, access or person.access) as http:
        yield Person(**{**person.__dict__, "server": url, "http": http})


async def test_devices_stay_logged_in(rotated: str, alice: Person) -> None:
    with moved(alice, rotated) as there:
        assert there.get("/me")["id"] == alice.id
        async with opened(there):
            pass
        child = there.post("/auth/refresh", {"refresh": alice.refresh})
        again = there.post("/auth/refresh", {"refresh": alice.refresh})
        assert again["refresh"] == child["refresh"] != alice.refresh
        there.post("/auth/refresh", {"refresh": child["refresh"]})
    with moved(alice, rotated, child["access"]) as renewed:
        assert renewed.get("/me")["id"] == alice.id
    alice.http.headers["Authorization"] = f"Bearer {child['access']}"
    assert alice.get("/me", 401)["code"] == "unauthenticated"  # who does not know the new key


def test_a_code_on_its_way_is_still_good(rotated: str, register: Register, email: str) -> None:
    body = {"challenge": register(email)["challenge"], "code": code_to(email)}
    with client(rotated) as http:
        assert http.post("/auth/email/verify", json=body).status_code == 200


async def test_what_was_sent_before_is_known_again(
    rotated: str, alice: Person, bob: Person, chat: str
) -> None:
    sent = alice.say(chat, "words", "k")
    first = forwarded(alice, chat)
    with moved(alice, rotated) as there:
        assert there.say(chat, "words", "k", 200) == sent
        assert there.say(chat, "other words", "k", 409)["code"] == "client_id_reused"
        assert forwarded(there, chat) == first
        async with opened(there) as device:
            assert await device.do("message.send", chat=chat, client_id="k", text="words") == sent
            problem = await device.refused("message.send", chat=chat, client_id="k", text="others")
            assert problem["code"] == "client_id_reused"


def forwarded(person: Person, chat: str) -> Any:
    targets = {"targets": [{"chat": chat, "client_id": "f"}]}
    return person.post(f"/chats/{chat}/messages/1/forward", targets)["results"]


@pytest.mark.parametrize("setting", ["DATA_KEY", "SECRET_KEY_FALLBACKS"])
def test_no_weak_key_is_among_them(setting: str) -> None:
    environment = {**os.environ, setting: "x" * 31}
    start = [sys.executable, "-c", "import django; django.setup()"]
    ended = subprocess.run(start, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode != 0, setting in ended.stderr) == (True, True)


def test_keys_may_have_commas() -> None:
    from project.keys import secrets_in

    assert secrets_in("one, two") == ["one", "two"]
    assert secrets_in('["o,ne", "two"]') == ["o,ne", "two"]
    assert secrets_in("") == []


def test_data_keep_the_first_key_that_there_was() -> None:
    from django.test import override_settings

    from project.keys import data_keys, derive, keys_for

    with override_settings(SECRET_KEY="c", SECRET_KEY_FALLBACKS=["b", "a"], DATA_KEY="a"):
        assert keys_for("x") == [derive(secret, "x") for secret in "cba"]
        assert data_keys("x") == [derive(secret, "x") for secret in "acb"]


def test_a_link_for_linking_is_taken(http: httpx.Client, rotated: str, alice: Person) -> None:
    """Every signer of Django's kind has the whole ring."""
    from django.test import override_settings

    from project.keys import signer_for

    ticket = signer_for("link ticket", "link 1").sign_object(["google", "x"])
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[os.environ["SECRET_KEY"]]):
        assert signer_for("link ticket", "link 1").unsign_object(ticket) == ["google", "x"]
