"""Logging in by password."""

from __future__ import annotations

import httpx

from tests.people import PASSWORD, Person


def log_in(http: httpx.Client, email: str, password: str = PASSWORD) -> httpx.Response:
    return http.post("/auth/email/login", json={"email": email, "password": password})


def test_the_right_password_opens_a_session(http: httpx.Client, alice: Person) -> None:
    tokens = log_in(http, alice.email.upper()).json()
    assert tokens["user"]["id"] == alice.id
    assert tokens["created"] is False
    assert tokens["session"] != alice.session


def test_a_wrong_password_is_refused(http: httpx.Client, alice: Person) -> None:
    wrong = log_in(http, alice.email, "not it at all")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "bad_credentials")


def test_somebody_locked_out_cannot_log_in(http: httpx.Client, alice: Person) -> None:
    from accounts.models import User

    User.objects.filter(pk=int(alice.id)).update(is_active=False)
    assert log_in(http, alice.email).json()["code"] == "bad_credentials"
    assert alice.get("/me", 401)["code"] == "unauthenticated"
