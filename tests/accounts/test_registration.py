"""Signing up by e-mail."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.accounts.conftest import Register
from tests.accounts.mailbox import code_to, codes_in, messages_to, wait_for_messages, wrong
from tests.people import PASSWORD, Person


def verify(http: httpx.Client, challenge: str, code: str) -> httpx.Response:
    return http.post("/auth/email/verify", json={"challenge": challenge, "code": code})


def code_of(response: httpx.Response) -> str:
    return str(response.json()["code"])


def test_a_code_makes_the_account_and_logs_in(carol: dict[str, Any], email: str) -> None:
    me = carol["user"]
    assert carol["created"] is True
    assert carol["expires_in"] == 600
    assert (me["email"], me["email_verified"], me["has_password"]) == (email, True, True)
    assert (me["name"], me["discoverable_by"], me["last_seen"]) == ("Carol", "contacts", "everyone")
    assert email.partition("@")[0] not in me["username"]


def test_the_challenge_tells_where_and_how_long(register: Register, email: str) -> None:
    challenge = register(email)
    assert challenge["channel"] == "email"
    assert challenge["to"] != email
    assert challenge["to"].endswith("@example.com")
    assert challenge["attempts_left"] == 5
    assert 290 <= challenge["expires_in"] <= 300


def test_a_known_address_looks_like_an_unknown_one(
    http: httpx.Client, register: Register, alice: Person, email: str
) -> None:
    known = http.post(
        "/auth/email/register", json={"email": alice.email, "password": PASSWORD, "name": "X"}
    )
    unknown = http.post(
        "/auth/email/register", json={"email": email, "password": PASSWORD, "name": "X"}
    )
    assert known.status_code == unknown.status_code == 202
    assert set(known.headers) == set(unknown.headers)
    assert known.json().keys() == unknown.json().keys()
    assert known.json()["expires_in"] == unknown.json()["expires_in"]


def test_the_owner_of_a_known_address_is_told_and_gets_no_code(
    http: httpx.Client, register: Register, alice: Person
) -> None:
    challenge = register(alice.email.upper())["challenge"]
    (notice,) = wait_for_messages(alice.email)
    assert codes_in(notice) == []
    assert "already" in notice["text"]
    assert code_of(verify(http, challenge, "000000")) == "wrong_code"


def test_no_account_exists_before_the_code_came(
    http: httpx.Client, register: Register, email: str
) -> None:
    register(email)
    code_to(email)
    login = http.post("/auth/email/login", json={"email": email, "password": PASSWORD})
    assert code_of(login) == "bad_credentials"


def test_five_wrong_codes_spend_the_challenge(
    http: httpx.Client, register: Register, email: str
) -> None:
    challenge = register(email)["challenge"]
    code = code_to(email)
    left = []
    for _ in range(5):
        response = verify(http, challenge, wrong(code))
        assert (response.status_code, code_of(response)) == (400, "wrong_code")
        left.append(response.json()["attempts_left"])
    assert left == [4, 3, 2, 1, 0]
    spent = verify(http, challenge, code)
    assert (spent.status_code, code_of(spent)) == (410, "challenge_spent")


def test_ten_wrong_codes_are_all_that_an_address_has_in_a_day(
    http: httpx.Client, register: Register, email: str
) -> None:
    for count in (1, 2):
        challenge = register(email)["challenge"]
        code = code_to(email, count)
        for _ in range(5):
            verify(http, challenge, wrong(code))
    challenge = register(email)["challenge"]
    refused = verify(http, challenge, code_to(email, 3))
    assert (refused.status_code, code_of(refused)) == (410, "challenge_spent")


def test_right_codes_do_not_count_as_wrong_ones(
    http: httpx.Client, register: Register, email: str
) -> None:
    challenge = register(email)["challenge"]
    code = code_to(email)
    for _ in range(4):
        verify(http, challenge, wrong(code))
    assert verify(http, challenge, code).status_code == 200


def test_a_hundred_guesses_at_once_are_five(
    http: httpx.Client, register: Register, email: str
) -> None:
    challenge = register(email)["challenge"]
    code = code_to(email)
    guesses = [wrong(code)] * 100

    def guess(candidate: str) -> str:
        return code_of(verify(http, challenge, candidate))

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(guess, guesses))
    assert outcomes.count("wrong_code") == 5
    assert outcomes.count("challenge_spent") == 95


def test_a_code_is_good_once(http: httpx.Client, register: Register, email: str) -> None:
    challenge = register(email)["challenge"]
    code = code_to(email)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: verify(http, challenge, code).status_code, range(10)))
    assert sorted(answers) == [200] + [410] * 9


def test_a_code_is_good_for_its_own_challenge_only(
    http: httpx.Client, register: Register, email: str
) -> None:
    first = register(email)["challenge"]
    second = register(email)["challenge"]
    first_code, second_code = (codes_in(m)[0] for m in wait_for_messages(email, 2))
    if first_code == second_code:
        pytest.skip("one chance in a million")
    assert {
        code_of(verify(http, first, second_code)),
        code_of(verify(http, second, first_code)),
    } & {"wrong_code"}
    assert verify(http, secrets.token_urlsafe(24), first_code).status_code == 410


def test_an_expired_code_is_refused(http: httpx.Client, register: Register, email: str) -> None:
    from django.utils import timezone

    from accounts.models import Challenge

    challenge = register(email)["challenge"]
    code = code_to(email)
    Challenge.objects.filter(token=challenge).update(expires_at=timezone.now())
    assert code_of(verify(http, challenge, code)) == "challenge_spent"


def test_the_database_holds_neither_code_nor_password(register: Register, email: str) -> None:
    from accounts.models import Challenge

    stored = Challenge.objects.get(token=register(email, "a secret of mine 77")["challenge"])
    code = code_to(email).encode()
    assert code not in bytes(stored.code_hash)
    assert "a secret of mine" not in str(stored.payload)
    assert stored.payload["password"].startswith("argon2$argon2id$")


def test_two_people_who_sign_up_with_one_address_get_one_account(
    http: httpx.Client, register: Register, email: str
) -> None:
    challenges = [register(email)["challenge"] for _ in range(2)]
    codes = [codes_in(message)[0] for message in wait_for_messages(email, 2)]
    first, second = (verify(http, *pair) for pair in zip(challenges, codes, strict=True))
    assert first.status_code == 200
    assert (second.status_code, code_of(second)) == (409, "identity_taken")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"email": "nobody"}, "/email"),
        ({"email": "a@b"}, "/email"),
        ({"email": "\u212aelvin@example.com"}, "/email"),
        ({"email": "a b@example.com"}, "/email"),
        ({"password": "short"}, "/password"),
        ({"password": "password"}, "/password"),
        ({"name": "   "}, "/name"),
        ({"name": "two\nlines"}, "/name"),
        ({"name": 7}, "/name"),
        ({"is_staff": True}, "/is_staff"),
    ],
)
def test_bad_input_is_refused_by_its_field(
    http: httpx.Client, email: str, change: dict[str, Any], pointer: str
) -> None:
    body = {"email": email, "password": PASSWORD, "name": "Carol", **change}
    response = http.post("/auth/email/register", json=body)
    assert (response.status_code, code_of(response)) == (400, "validation")
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert messages_to(email) == []


def test_an_address_has_one_form(http: httpx.Client, register: Register, email: str) -> None:
    challenge = register(f"  {email.upper()} ")["challenge"]
    assert verify(http, challenge, code_to(email)).json()["user"]["email"] == email


def test_the_advice_when_to_ask_again_grows_until_a_code_came(
    http: httpx.Client, register: Register, email: str
) -> None:
    asked = [register(email) for _ in range(3)]
    assert [challenge["resend_in"] for challenge in asked] == [30, 60, 120]
    assert len({challenge["challenge"] for challenge in asked}) == 3
    codes = [codes_in(message)[0] for message in wait_for_messages(email, 3)]
    assert verify(http, asked[0]["challenge"], codes[0]).status_code == 200  # not void
    assert register(email)["resend_in"] == 30
