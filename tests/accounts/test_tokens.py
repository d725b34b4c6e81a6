"""Attacks on access tokens."""

from __future__ import annotations

import base64
import hmac
import json
import os
import subprocess
import sys
import time
from typing import Any

import httpx
import jwt
import pytest

from tests.devices import address, dialled
from tests.people import Person, client


def signing_key() -> str:
    from django.conf import settings

    return str(settings.SIMPLE_JWT["SIGNING_KEY"])


def claims_of(person: Person) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(person.access, options={"verify_signature": False})
    return claims


def signed(claims: dict[str, Any], **header: Any) -> str:
    return jwt.encode(claims, signing_key(), algorithm="HS256", headers=header or None)


def part(value: Any) -> str:
    raw = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def answer_to(person: Person, token: str) -> httpx.Response:
    with client(person.server, token) as http:
        return http.get("/me")


def refused(person: Person, token: str) -> bool:
    response = answer_to(person, token)
    return response.status_code == 401 and response.json()["code"] == "unauthenticated"


def test_the_claims_are_few_and_strings(alice: Person) -> None:
    claims = claims_of(alice)
    assert claims["sub"] == alice.id
    assert claims["sid"] == alice.session
    assert claims["token_type"] == "access"
    assert (claims["iss"], claims["aud"]) == ("confab", "confab")
    assert claims["exp"] - claims["iat"] == 600
    assert set(claims) == {"sub", "sid", "jti", "token_type", "iss", "aud", "exp", "iat"}


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "NONE", "", "HS512", "RS256"])
def test_no_other_algorithm_is_taken(alice: Person, algorithm: str) -> None:
    header = {"alg": algorithm, "typ": "JWT"}
    signature = alice.access.rpartition(".")[2]
    for seal in ("", signature):
        assert refused(alice, f"{part(header)}.{part(claims_of(alice))}.{seal}")


def test_a_changed_claim_breaks_the_seal(alice: Person, bob: Person) -> None:
    header, _, signature = alice.access.split(".")
    forged = claims_of(alice) | {"sub": bob.id, "sid": bob.session}
    assert refused(alice, f"{header}.{part(forged)}.{signature}")


@pytest.mark.parametrize("key", ["", "secret", "password", "confab", "changeme"])
def test_weak_keys_open_nothing(alice: Person, key: str) -> None:
    if len(key) == 0:
        token = alice.access.rpartition(".")[0] + "."
    else:
        token = jwt.api_jws.encode(json.dumps(claims_of(alice)).encode(), key.ljust(32, "0"))
    assert refused(alice, token)


def test_no_common_word_is_the_key(alice: Person) -> None:
    """A hundred thousand guesses at the key of one token: words, and what people make of them."""
    signed_part, _, seal = alice.access.rpartition(".")
    wanted = base64.urlsafe_b64decode(seal + "=" * (-len(seal) % 4))
    guesses = [guess for word in common_passwords() for guess in variants(word)]
    assert len(guesses) >= 100_000
    for guess in guesses:
        assert hmac.digest(guess, signed_part.encode(), "sha256") != wanted
    key = signing_key().encode()
    assert hmac.digest(key, signed_part.encode(), "sha256") == wanted  # so the loop could have hit


def common_passwords() -> set[str]:
    from django.contrib.auth.password_validation import CommonPasswordValidator

    return set(CommonPasswordValidator().passwords)


def variants(word: str) -> list[bytes]:
    made = (word, word.title(), f"{word}1", f"{word}123", word * 2, f"django-insecure-{word}")
    return [text.encode() for text in made]


def test_the_library_is_a_mended_one() -> None:
    """Older ones can be made to take a public key for a secret (CVE-2022-29217, CVE-2026-48526)."""
    version = tuple(int(part) for part in jwt.__version__.split(".")[:2])
    assert version >= (2, 13)


@pytest.mark.parametrize(
    "header",
    [
        {"kid": "../../../../dev/null"},
        {"kid": "' OR 1=1 --"},
        {"jku": "http://127.0.0.1:1/keys"},
        {"x5u": "http://127.0.0.1:1/certificate"},
        {"jwk": {"kty": "oct", "k": "YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcyEh"}},
    ],
)
def test_a_header_chooses_no_key(alice: Person, header: dict[str, Any]) -> None:
    other = jwt.encode(claims_of(alice), "another key of thirty-two bytes!!", headers=header)
    assert refused(alice, other)
    assert answer_to(alice, signed(claims_of(alice), **header)).status_code == 200


def test_only_access_tokens_give_access(alice: Person) -> None:
    assert refused(alice, alice.refresh)
    for kind in ("refresh", "ticket", "sliding", None):
        assert refused(alice, signed(claims_of(alice) | {"token_type": kind}))
    claims = claims_of(alice)
    del claims["token_type"]
    assert refused(alice, signed(claims))


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "sid", "exp", "jti"])
def test_every_claim_is_needed(alice: Person, claim: str) -> None:
    claims = claims_of(alice)
    del claims[claim]
    assert refused(alice, signed(claims))


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "staging"},
        {"aud": "staging"},
        {"sub": "1"},
        {"sid": "1"},
        {"sub": "x"},
        {"sid": "9" * 40},
        {"exp": "tomorrow"},
        {"exp": "99999999999"},
        {"exp": 99999999999.5},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": 2**63},
        {"exp": 10**40},
        {"nbf": 99999999999},
        {"iat": 99999999999},
    ],
)
def test_odd_claims_are_refused_and_never_crash(alice: Person, change: dict[str, Any]) -> None:
    token = jwt.api_jws.encode(json.dumps(claims_of(alice) | change).encode(), signing_key())
    if change in ({"exp": 2**63}, {"exp": 10**40}):
        assert answer_to(alice, token).status_code in (200, 401)
    else:
        assert refused(alice, token)


def test_an_expired_token_is_told_apart(alice: Person) -> None:
    response = answer_to(alice, signed(claims_of(alice) | {"exp": int(time.time()) - 30}))
    assert (response.status_code, response.json()["code"]) == (401, "token_expired")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("change", [{"iat": 6}, {"nbf": 6}, {"exp": -6}])
async def test_clocks_may_differ_by_some_seconds(alice: Person, change: dict[str, int]) -> None:
    now = int(time.time())
    token = signed(claims_of(alice) | {name: now + off for name, off in change.items()})
    assert answer_to(alice, token).status_code == 200
    headers = {"Authorization": f"Bearer {token}"}
    async with dialled(address(alice.server, "/ws/"), additional_headers=headers) as device:
        assert (await device.frame("ready"))["data"]["user"] == alice.id


def test_a_session_is_only_its_owners(alice: Person, mallory: Person) -> None:
    assert refused(alice, signed(claims_of(alice) | {"sid": mallory.session}))


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "Bearer " + "x" * 5000])
def test_other_credentials_are_refused(server: str, header: str) -> None:
    headers = {"Authorization": header} if header else {}
    response = httpx.get(server + "/api/v1/me", headers=headers)
    assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")


async def test_sockets_refuse_the_same_tokens(alice: Person) -> None:
    expired = signed(claims_of(alice) | {"exp": int(time.time()) - 30})
    for token in (expired, alice.refresh, "x"):
        headers = {"Authorization": f"Bearer {token}"}
        async with dialled(address(alice.server, "/ws/"), additional_headers=headers) as device:
            assert await device.closed() == 4401


@pytest.mark.parametrize("key", ["", "x" * 31])
def test_the_server_does_not_start_with_a_weak_key(key: str) -> None:
    environment = {**os.environ, "SECRET_KEY": key}
    start = [sys.executable, "-c", "import django; django.setup()"]
    ended = subprocess.run(start, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert "SECRET_KEY" in ended.stderr
