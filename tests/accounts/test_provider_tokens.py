"""Tokens of Google and Facebook that are not good here."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.accounts.companies import APP, Companies, facebook, google
from tests.conftest import serving
from tests.people import client


@pytest.fixture
def http(company_http: httpx.Client) -> httpx.Client:
    return company_http


FOREIGN = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "another.apps.example"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"sub": None},
        {"exp": 1},
        {"exp": None},
        {"iat": 32503680000},
        {"key": FOREIGN},
    ],
)
def test_google_tokens_that_are_not_for_us_are_refused(
    http: httpx.Client, companies: Companies, subject: str, change: dict[str, Any]
) -> None:
    answer = google(http, companies.google_token(subject, **change))
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_credentials")


@pytest.mark.parametrize("token", ["x", "a.b.c", "{}", '{"sub": "1"}', "é.é.é", "A" * 4096])
def test_garbage_is_refused_by_both(http: httpx.Client, token: str) -> None:
    answers = [
        google(http, token),
        facebook(http, access_token=token),
        facebook(http, id_token=token, nonce="n"),
    ]
    assert {(a.status_code, a.json()["code"]) for a in answers} == {(401, "bad_credentials")}


def test_a_nonce_must_match_and_its_token_is_good_once(
    http: httpx.Client, companies: Companies, subject: str
) -> None:
    token = companies.google_token(subject, nonce="n-1")
    assert google(http, token, nonce="n-2").status_code == 401
    assert google(http, companies.google_token(subject), nonce="n-1").status_code == 401
    assert google(http, token, nonce="n-1").status_code == 200
    assert google(http, token, nonce="n-1").status_code == 401
    limited = companies.facebook_id_token(subject, "n-1")
    assert facebook(http, id_token=limited, nonce="n-2").status_code == 401
    assert facebook(http, id_token=limited, nonce="n-1").status_code == 200
    assert facebook(http, id_token=limited, nonce="n-1").status_code == 401


@pytest.mark.parametrize(
    "about",
    [
        {"app_id": "999"},
        {"is_valid": False},
        {"is_valid": "true"},
        {"type": "PAGE"},
        {"expires_at": 1},
        {"user_id": None},
        {"user_id": "somebody else"},
    ],
)
def test_facebook_tokens_that_are_not_for_us_are_refused(
    http: httpx.Client, companies: Companies, subject: str, about: dict[str, Any]
) -> None:
    token = companies.facebook_access_token(subject, **about)
    answer = facebook(http, access_token=token)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_credentials")


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "999"},
        {"iss": "https://facebook.com.evil.example"},
        {"iss": "http://www.facebook.com"},
        {"exp": int(time.time()) - 60},
        {"sub": None},
        {"key": FOREIGN},
    ],
)
def test_limited_login_tokens_that_are_not_for_us_are_refused(
    http: httpx.Client, companies: Companies, subject: str, change: dict[str, Any]
) -> None:
    token = companies.facebook_id_token(subject, "n", **change)
    assert facebook(http, id_token=token, nonce="n").status_code == 401


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/access_token"),
        ({"access_token": "a", "id_token": "b"}, "/access_token"),
        ({"id_token": "b"}, "/nonce"),
        ({"id": "1", "email": "x@example.com"}, "/id"),
    ],
)
def test_a_profile_or_half_a_token_is_no_proof(
    http: httpx.Client, body: dict[str, str], pointer: str
) -> None:
    answer = facebook(http, **body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_company_that_is_away_is_told_apart(server: str, companies: Companies) -> None:
    nowhere = {
        **companies.environment(),
        "GOOGLE_CERTS_URL": "http://127.0.0.1:1/keys",
        "FACEBOOK_GRAPH_URL": "http://127.0.0.1:1",
        "FACEBOOK_JWKS_URL": "http://127.0.0.1:1/keys",
    }
    limited = companies.facebook_id_token("1", "n")
    with serving(**nowhere) as url, client(url) as http:
        answers = [
            google(http, companies.google_token("1")),
            facebook(http, access_token="x"),
            facebook(http, id_token=limited, nonce="n"),
        ]
    assert [answer.json()["code"] for answer in answers] == ["unavailable"] * 3


def test_a_token_for_another_app_of_ours_is_no_token_for_this_one(
    http: httpx.Client, companies: Companies, subject: str
) -> None:
    token = companies.google_token(subject, aud=[APP, "x"])
    assert google(http, token).status_code == 401
