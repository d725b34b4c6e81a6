"""Logging in by password."""

from __future__ import annotations

import statistics
import time
from typing import Any

import httpx

from tests.people import PASSWORD, Person


def log_in(http: httpx.Client, email: str, password: str = PASSWORD) -> httpx.Response:
    return http.post("/auth/email/login", json={"email": email, "password": password})


def test_the_right_password_opens_a_session(http: httpx.Client, alice: Person) -> None:
    tokens = log_in(http, alice.email.upper()).json()
    assert tokens["user"]["id"] == alice.id
    assert tokens["created"] is False
    assert tokens["session"] != alice.session


def test_a_wrong_password_and_an_unknown_address_look_the_same(
    http: httpx.Client, alice: Person, email: str
) -> None:
    wrong, unknown = log_in(http, alice.email, "not it at all"), log_in(http, email)
    assert wrong.status_code == unknown.status_code == 401
    assert set(wrong.headers) == set(unknown.headers)
    assert _without_id(wrong) == _without_id(unknown)
    assert wrong.json()["code"] == "bad_credentials"


def _without_id(response: httpx.Response) -> dict[str, Any]:
    return {key: value for key, value in response.json().items() if key != "request_id"}


def test_the_time_does_not_tell_who_has_an_account(
    http: httpx.Client, alice: Person, email: str
) -> None:
    def seconds(address: str) -> float:
        started = time.perf_counter()
        log_in(http, address, "not it at all")
        return time.perf_counter() - started

    seconds(email)
    known, unknown = [], []
    for _ in range(15):
        known.append(seconds(alice.email))
        unknown.append(seconds(email))
    ratio = statistics.median(known) / statistics.median(unknown)
    assert 0.6 < ratio < 1.6


def test_somebody_locked_out_cannot_log_in(http: httpx.Client, alice: Person) -> None:
    from accounts.models import User

    User.objects.filter(pk=int(alice.id)).update(is_active=False)
    assert log_in(http, alice.email).json()["code"] == "bad_credentials"
    assert alice.get("/me", 401)["code"] == "unauthenticated"
