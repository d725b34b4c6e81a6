"""Forgotten and changed passwords."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.accounts.conftest import enter, refresh
from tests.accounts.mailbox import code_to, codes_in, messages_to, wait_for_messages, wrong
from tests.devices import opened
from tests.people import PASSWORD, Person

NEW = "quite another secret 9"


def forget(http: httpx.Client, **destination: str) -> dict[str, Any]:
    response = http.post("/auth/password/forgot", json=destination)
    assert response.status_code == 202, response.text
    challenge: dict[str, Any] = response.json()
    return challenge


def reset(
    http: httpx.Client, challenge: dict[str, Any], code: str, password: str = NEW
) -> httpx.Response:
    body = {"challenge": challenge["challenge"], "code": code, "password": password}
    return http.post("/auth/password/reset", json=body)


def log_in(http: httpx.Client, person: Person, password: str) -> int:
    return enter(http, person.email, password).status_code


async def test_a_code_sets_a_new_password_and_ends_all_other_sessions(
    http: httpx.Client, worker: None, alice: Person
) -> None:
    challenge = forget(http, email=alice.email.upper())
    async with opened(alice) as device:
        tokens = reset(http, challenge, code_to(alice.email)).json()
        assert await device.closed() == 4403
    assert tokens["user"]["id"] == alice.id
    assert tokens["created"] is False
    alice.get("/me", 401)
    assert (log_in(http, alice, PASSWORD), log_in(http, alice, NEW)) == (401, 200)
    assert "password" in wait_for_messages(alice.email, 2)[1]["subject"]


def test_an_unknown_address_gets_a_challenge_but_no_mail(
    http: httpx.Client, worker: None, alice: Person, email: str
) -> None:
    unknown = forget(http, email=email)
    known = forget(http, email=alice.email)
    assert unknown.keys() == known.keys()
    code_to(alice.email)  # the worker takes them in turn, so the other one is dealt with
    assert messages_to(email) == []
    assert reset(http, unknown, "123456").json()["code"] == "wrong_code"


def test_a_weak_password_does_not_use_the_code_up(
    http: httpx.Client, worker: None, alice: Person
) -> None:
    challenge = forget(http, email=alice.email)
    code = code_to(alice.email)
    weak = reset(http, challenge, code, "12345678").json()
    assert (weak["code"], weak["errors"][0]["pointer"]) == ("validation", "/password")
    assert reset(http, challenge, code).status_code == 200
    assert reset(http, challenge, code).json()["code"] == "challenge_spent"


def test_a_code_for_one_purpose_is_none_for_another(
    http: httpx.Client, worker: None, alice: Person
) -> None:
    challenge = forget(http, email=alice.email)
    code = code_to(alice.email)
    body = {"challenge": challenge["challenge"], "code": code}
    for path in ("/auth/email/verify", "/auth/phone/verify"):
        assert http.post(path, json=body).json()["code"] == "challenge_spent"
    assert alice.post("/me/email/verify", body, 410)["code"] == "challenge_spent"
    assert reset(http, challenge, code).status_code == 200


@pytest.mark.parametrize("body", [{}, {"email": "a@example.com", "phone": "+436641234567"}])
def test_exactly_one_destination_is_needed(http: httpx.Client, body: dict[str, str]) -> None:
    response = http.post("/auth/password/forgot", json=body)
    assert (response.status_code, response.json()["code"]) == (400, "validation")


async def test_changing_the_password_ends_other_sessions_only(
    http: httpx.Client, worker: None, alice: Person
) -> None:
    other = enter(http, alice.email, PASSWORD).json()
    async with opened(alice) as device:
        body = {"old_password": PASSWORD, "new_password": NEW}
        alice.post("/auth/password/change", body, 204)
        assert await device.update("session.revoked") == {"session": other["session"]}
    assert alice.get("/me")["id"] == alice.id
    assert refresh(http, other["refresh"]).status_code == 401
    assert (log_in(http, alice, PASSWORD), log_in(http, alice, NEW)) == (401, 200)
    notices = wait_for_messages(alice.email, 3)
    assert [codes_in(notice) for notice in notices] == [[], [], []]
    assert "Your password was changed" in [notice["subject"] for notice in notices]


def test_the_old_password_must_be_right_and_the_new_one_good(alice: Person) -> None:
    wrong_old = {"old_password": "no", "new_password": NEW}
    assert alice.post("/auth/password/change", wrong_old, 401)["code"] == "bad_credentials"
    weak = {"old_password": PASSWORD, "new_password": "alice"}
    problem = alice.post("/auth/password/change", weak, 400)
    assert problem["errors"][0]["pointer"] == "/new_password"
    assert log_in(alice.http, alice, PASSWORD) == 200


def test_a_reset_voids_changes_that_somebody_else_began(
    http: httpx.Client, worker: None, alice: Person, email: str
) -> None:
    pending = alice.post("/me/email", {"email": email}, 202)
    code = code_to(email)
    challenge = forget(http, email=alice.email)
    tokens = reset(http, challenge, code_to(alice.email)).json()
    answer = http.post(
        "/me/email/verify",
        json={"challenge": pending["challenge"], "code": code},
        headers={"Authorization": f"Bearer {tokens['access']}"},
    )
    assert answer.json()["code"] == "challenge_spent"


def test_five_wrong_codes_spend_a_reset(http: httpx.Client, worker: None, alice: Person) -> None:
    challenge = forget(http, email=alice.email)
    code = code_to(alice.email)
    codes = [reset(http, challenge, wrong(code)).json()["code"] for _ in range(6)]
    assert codes == ["wrong_code"] * 5 + ["challenge_spent"]
    assert reset(http, challenge, code).status_code == 410
    assert log_in(http, alice, PASSWORD) == 200
