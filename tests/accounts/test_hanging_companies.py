"""Companies that accept a connection and say nothing, and tokens that make us ask them."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager

import httpx
import pytest

from tests.accounts.companies import APP, CLIENT, Companies, facebook, google
from tests.accounts.conftest import enter
from tests.conftest import on_gunicorn, serving
from tests.people import Person, client

Serving = Callable[..., AbstractContextManager[str]]


@contextmanager
def gunicorn(**environment: str) -> Iterator[str]:
    """The server of REST, as Docker Compose starts it."""
    options = "--workers=2 --threads=12 --timeout=60 --log-level=warning --worker-tmp-dir=/tmp"
    with on_gunicorn(options, environment) as url:
        yield url


@pytest.fixture
def silent() -> Iterator[dict[str, str]]:
    """The settings of a server whose companies all lie behind one port that says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=200) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield {
            "GOOGLE_CLIENT_IDS": CLIENT,
            "GOOGLE_CERTS_URL": f"{url}/keys",
            "FACEBOOK_APP_ID": APP,
            "FACEBOOK_APP_SECRET": "an app secret",
            "FACEBOOK_GRAPH_URL": url,
            "FACEBOOK_JWKS_URL": f"{url}/keys",
        }


@pytest.mark.parametrize("start", [gunicorn, serving])
def test_what_anybody_sends_to_a_company_that_hangs_stops_nobody(
    companies: Companies, silent: dict[str, str], alice: Person, start: Serving
) -> None:
    plausible, limited = companies.google_token("1"), companies.facebook_id_token("1", "n")
    with start(**silent) as url, client(url) as http, ThreadPoolExecutor(60) as pool:
        asked: list[Future[httpx.Response]] = []
        for number in range(48):
            asked.append(pool.submit(google, http, plausible if number % 2 else "garbage"))
            asked.append(pool.submit(facebook, http, id_token=limited, nonce="n"))
            asked.append(pool.submit(facebook, http, access_token=f"garbage {number}"))
        # The first ones hold what they may hold.
        for done in (asked[0], asked[3], asked[-1]):
            done.result(10)
        began = time.monotonic()
        assert http.get("/health/live").status_code == 200
        assert enter(http, alice.email).status_code == 200
        assert time.monotonic() - began < 4
        codes = [each.result(12).json()["code"] for each in asked]
        assert codes.count("bad_credentials") == 24  # nothing was asked for what is no token
        assert codes.count("unavailable") == len(asked) - 24
        began = time.monotonic()  # a failure is remembered
        assert google(http, plausible).json()["code"] == "unavailable"
        assert time.monotonic() - began < 2


def test_keys_are_served_while_their_company_is_away(
    http: httpx.Client, companies: Companies
) -> None:
    from accounts.providers.asking import Way
    from accounts.providers.keys import Keys

    keys = Keys(f"{companies.url}/google/keys", Way("Google"))
    token = companies.google_token("1")
    assert keys.verified(token, [CLIENT], ["sub"])["sub"] == "1"
    keys._good_until, keys._url = 0, "http://127.0.0.1:1/keys"
    assert keys.verified(token, [CLIENT], ["sub"])["sub"] == "1"


@pytest.mark.parametrize("form", ["keys", "certificates"])
@pytest.mark.parametrize("off", [{"iat": 6}, {"exp": -6}, {"nbf": 6}])
def test_the_clock_of_google_may_differ(
    companies: Companies, form: str, off: dict[str, int]
) -> None:
    from django.test import override_settings

    from accounts.providers import google

    now = int(time.time())
    token = companies.google_token("1", **{name: now + by for name, by in off.items()})
    url = f"{companies.url}/google/{form}"
    with override_settings(GOOGLE_CLIENT_IDS=[CLIENT], GOOGLE_CERTS_URL=url):
        assert google.prove(token, None).subject == "1"


@pytest.mark.parametrize("off", [{"iat": 6}, {"exp": -6}])
def test_the_clock_of_facebook_may_differ(
    company_http: httpx.Client, companies: Companies, subject: str, off: dict[str, int]
) -> None:
    now = int(time.time())
    claims = {name: now + by for name, by in off.items()}
    limited = companies.facebook_id_token(subject, "n", **claims)
    assert facebook(company_http, id_token=limited, nonce="n").status_code == 200
    if "exp" in off:
        token = companies.facebook_access_token(subject, expires_at=now - 6)
        assert facebook(company_http, access_token=token).status_code == 200


def test_an_entry_that_fails_does_not_use_the_token_up(
    company_http: httpx.Client, companies: Companies, subject: str
) -> None:
    """Nor is every failure called an identity that somebody has."""
    from django.test import override_settings

    from accounts.doors import announcements
    from accounts.doors.devices import Device
    from accounts.providers import google
    from accounts.services import identities
    from project.errors import Problem

    def refuses(user_id: int, invite: str | None) -> None:
        raise Problem("unavailable", retry_after=1)

    token = companies.google_token(subject, nonce="n")
    url = f"{companies.url}/google/keys"
    with override_settings(GOOGLE_CLIENT_IDS=[CLIENT], GOOGLE_CERTS_URL=url):
        proof = google.prove(token, "n")
    announcements.person_joined.append(refuses)  # type: ignore[arg-type]
    try:
        with pytest.raises(Problem) as refused:
            identities.enter(proof=proof, invite=None, device=Device())
    finally:
        announcements.person_joined.remove(refuses)  # type: ignore[arg-type]
    assert refused.value.code == "unavailable"
    body = {"id_token": token, "nonce": "n"}
    assert company_http.post("/auth/google", json=body).status_code == 200
