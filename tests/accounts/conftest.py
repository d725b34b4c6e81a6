"""What tests of accounts share."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.accounts.companies import Companies, running
from tests.accounts.mailbox import code_to
from tests.conftest import serving
from tests.people import PASSWORD, client

Register = Callable[..., dict[str, Any]]


def enter(http: httpx.Client, email: str, password: str = PASSWORD) -> httpx.Response:
    """Log in."""
    return http.post("/auth/email/login", json={"email": email, "password": password})


def refresh(http: httpx.Client, token: str) -> httpx.Response:
    return http.post("/auth/refresh", json={"refresh": token})


@pytest.fixture
def http(server: str) -> Iterator[httpx.Client]:
    """A client without credentials."""
    with client(server) as http:
        yield http


@pytest.fixture
def email() -> str:
    """An address that no account has."""
    return f"carol.{secrets.token_hex(6)}@example.com"


@pytest.fixture
def phone() -> str:
    """An Austrian number that no account has."""
    return f"+43664{secrets.randbelow(9_000_000) + 1_000_000}"


@pytest.fixture
def register(http: httpx.Client, worker: None) -> Register:
    """Ask for an account; the challenge."""

    def call(email: str, password: str = PASSWORD, name: str = "Carol", **more: Any) -> Any:
        body = {"email": email, "password": password, "name": name, **more}
        response = http.post("/auth/email/register", json=body)
        assert response.status_code == 202, response.text
        return response.json()

    return call


@pytest.fixture
def carol(http: httpx.Client, register: Register, email: str) -> dict[str, Any]:
    """Tokens of somebody who signed up by mail."""
    challenge = register(email)["challenge"]
    body = {"challenge": challenge, "code": code_to(email)}
    response = http.post("/auth/email/verify", json=body)
    assert response.status_code == 200, response.text
    tokens: dict[str, Any] = response.json()
    return tokens


@pytest.fixture(scope="session")
def companies() -> Iterator[Companies]:
    with running() as companies:
        yield companies


@pytest.fixture(scope="package")
def linked_server(server: str, companies: Companies) -> Iterator[str]:
    """A server that knows the companies."""
    with serving(**companies.environment()) as url:
        yield url


@pytest.fixture
def subject() -> str:
    return secrets.token_hex(10)


@pytest.fixture
def company_http(linked_server: str) -> Iterator[httpx.Client]:
    """A client, without credentials, of the server that knows the companies."""
    with client(linked_server) as http:
        yield http
