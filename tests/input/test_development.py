"""In development, too, a stranger sees the error object and none of the settings."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.conftest import engines, serving
from tests.input.test_rest import refused


@pytest.fixture(scope="module")
def development() -> Iterator[str]:
    with serving(DEBUG="1", ALLOWED_HOSTS="localhost,127.0.0.1") as url:
        yield url


def secrets() -> list[str]:
    return [engines.postgres.password, engines.redis.password]


@pytest.mark.parametrize("path", ["/api/v1/me", "/", "/admin/", "/nowhere"])
def test_a_foreign_host_is_refused(development: str, path: str) -> None:
    answer = httpx.get(development + path, headers={"Host": "evil.example"})
    refused(answer, 400, "validation")
    assert not any(secret in answer.text for secret in secrets())


def test_a_page_for_developers_holds_no_secret(development: str) -> None:
    """One that Django makes: more fields than it takes."""
    form = {f"field{number}": "x" for number in range(1100)}
    with httpx.Client(cookies={"csrftoken": "a" * 32}) as http:
        answer = http.post(f"{development}/admin/login/", data=form)
    assert answer.status_code == 400
    assert "TooManyFields" in answer.text
    assert not any(secret in answer.text for secret in secrets())
    assert "DATABASE_URL" not in answer.text
