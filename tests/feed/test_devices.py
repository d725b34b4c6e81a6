"""Where sessions are pushed to: one device for each, and it ends with its session."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.people import PASSWORD, Person, client

Json = dict[str, Any]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def subscription(endpoint: str | None = None, **keys: str) -> Json:
    """What a browser brings."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    address = endpoint or f"https://push.example/{secrets.token_hex(8)}"
    own = {"p256dh": _text(point), "auth": _text(secrets.token_bytes(16))} | keys
    return {"endpoint": address, "keys": own, "expirationTime": None}


@contextmanager
def another_session(person: Person) -> Iterator[tuple[str, httpx.Client]]:
    """The same person on another device: the session's id, and its client."""
    with client(person.server) as http:
        body = {"email": person.email, "password": PASSWORD}
        tokens = http.post("/auth/email/login", json=body).json()
    with client(person.server, tokens["access"]) as http:
        yield tokens["session"], http


def test_a_device_belongs_to_its_session(alice: Person, bob: Person) -> None:
    given = {"platform": "web", "subscription": subscription()}
    device = alice.post("/devices", given, 201)
    assert (device["platform"], device["session"]) == ("web", alice.session)
    assert alice.post("/devices", given, 200) == device
    assert alice.get("/devices")["results"] == [device]
    bob.delete(f"/devices/{device['id']}", 404)
    assert bob.get("/devices")["results"] == []
    newer = alice.post("/devices", {"platform": "web", "subscription": subscription()}, 201)
    assert alice.get("/devices")["results"] == [newer]
    alice.delete(f"/devices/{newer['id']}")
    alice.delete(f"/devices/{newer['id']}", 404)
    assert alice.get("/devices")["results"] == []


def test_an_address_belongs_to_who_named_it_last(alice: Person, bob: Person) -> None:
    token = {"platform": "android", "token": secrets.token_hex(40)}
    alice.post("/devices", token, 201)
    theirs = bob.post("/devices", token, 201)
    assert alice.get("/devices")["results"] == []
    assert bob.get("/devices")["results"] == [theirs]


@pytest.mark.parametrize("how", ["logout", "revoked", "all others"])
def test_a_device_ends_with_its_session(alice: Person, how: str) -> None:
    token = {"platform": "ios", "token": secrets.token_hex(32)}
    with another_session(alice) as (session, other):
        assert other.post("/devices", json=token).status_code == 201
        assert [each["session"] for each in alice.get("/devices")["results"]] == [session]
        if how == "logout":
            assert other.post("/auth/logout").status_code == 204
        elif how == "revoked":
            alice.delete(f"/auth/sessions/{session}")
        else:
            alice.delete("/auth/sessions")
    assert alice.get("/devices")["results"] == []


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"platform": "web", "token": "x"}, "/token"),
        ({"platform": "ios"}, "/token"),
        ({"platform": "android", "subscription": subscription()}, "/token"),
        ({"platform": "ios", "token": ""}, "/token"),
        ({"platform": "pager", "token": "x"}, "/platform"),
        (
            {"platform": "web", "subscription": subscription("https://127.0.0.1/a")},
            "/subscription/endpoint",
        ),
        (
            {"platform": "web", "subscription": subscription("https://10.0.0.7:8443/a")},
            "/subscription/endpoint",
        ),
        (
            {"platform": "web", "subscription": subscription("http://push.example/a")},
            "/subscription/endpoint",
        ),
        (
            {"platform": "web", "subscription": subscription("https://[::1]/a")},
            "/subscription/endpoint",
        ),
        ({"platform": "web", "subscription": subscription(auth="AAAA")}, "/subscription/keys"),
        ({"platform": "web", "subscription": subscription(p256dh="BAAA")}, "/subscription/keys"),
    ],
)
def test_what_cannot_be_pushed_to_is_refused(alice: Person, wrong: Json, pointer: str) -> None:
    refused = alice.post("/devices", wrong, 400)
    assert refused["errors"][0]["pointer"] == pointer
    assert alice.get("/devices")["results"] == []


def test_without_web_push_there_is_no_key(alice: Person) -> None:
    assert alice.get("/devices/vapid", 404)["code"] == "not_found"
