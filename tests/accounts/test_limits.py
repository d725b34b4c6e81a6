"""How often the doors may be knocked at."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.accounts.conftest import enter
from tests.conftest import serving
from tests.people import PASSWORD, Person, client


@pytest.fixture
def http(strict: str) -> Iterator[httpx.Client]:
    """A client of the strict server, whose limits start afresh."""
    from project.redis import connect

    for key in connect().scan_iter("confab.rate.*"):
        connect().delete(key)
    with client(strict) as http:
        yield http


def guess(http: httpx.Client, email: str) -> httpx.Response:
    body = {"email": email, "password": secrets.token_hex(8)}
    return http.post("/auth/email/login", json=body)


def test_guessing_a_password_is_stopped(http: httpx.Client, email: str) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: guess(http, email), range(40)))
    statuses = [answer.status_code for answer in answers]
    assert 15 <= statuses.count(401) <= 17
    stopped = next(answer for answer in answers if answer.status_code == 429)
    assert stopped.json()["code"] == "rate_limited"
    assert 1 <= int(stopped.headers["Retry-After"]) <= 150
    assert stopped.json()["retry_after"] == int(stopped.headers["Retry-After"])


def test_right_passwords_are_not_counted_as_guesses(http: httpx.Client, alice: Person) -> None:
    statuses = [enter(http, alice.email).status_code for _ in range(20)]
    assert statuses == [200] * 20
    statuses = [guess(http, alice.email).status_code for _ in range(20)]
    assert statuses.count(429) >= 3


def test_variants_of_an_address_count_as_one(http: httpx.Client, email: str) -> None:
    variants = [email, email.upper(), f" {email}", email.title()]
    statuses = [guess(http, variants[i % 4]).status_code for i in range(20)]
    assert statuses.count(429) >= 3


def test_a_claimed_address_of_the_client_does_not_help(http: httpx.Client, email: str) -> None:
    statuses = []
    for number in range(20):
        http.headers["X-Forwarded-For"] = f"10.0.0.{number}"
        statuses.append(guess(http, email).status_code)
    assert statuses.count(429) >= 3


def test_an_address_gets_only_so_much_mail(http: httpx.Client, email: str) -> None:
    body = {"email": email, "password": PASSWORD, "name": "Carol"}
    statuses = [http.post("/auth/email/register", json=body).status_code for _ in range(12)]
    assert statuses == [202] * 10 + [429] * 2


def test_recording_lets_everyone_through(email: str, caplog: pytest.LogCaptureFixture) -> None:
    from django.test import Client, override_settings

    body = {"email": email, "password": "not it at all"}
    with override_settings(RATE_LIMITS="record_only"):
        answers = [
            Client().post("/api/v1/auth/email/login", body, content_type="application/json")
            for _ in range(20)
        ]
    assert {answer.status_code for answer in answers} == {401}
    assert "would be limited" in caplog.text


def test_without_redis_the_doors_stay_shut_and_nothing_else_does(alice: Person) -> None:
    body = {"email": alice.email, "password": PASSWORD}
    away = serving(RATE_LIMITS="enforce", REDIS_URL="redis://127.0.0.1:1/0")
    with away as url, client(url, alice.access) as http:
        login = http.post("/auth/email/login", json=body)
        ticket = http.post("/auth/ticket")
        me = http.get("/me")
    assert (login.status_code, login.json()["code"]) == (503, "unavailable")
    assert login.headers["Retry-After"]
    assert (ticket.status_code, ticket.json()["code"]) == (503, "unavailable")
    assert me.json()["id"] == alice.id


def test_without_redis_nobody_is_promised_a_code(without_redis: str, email: str) -> None:
    body = {"email": email, "password": PASSWORD, "name": "Carol"}
    with client(without_redis) as http:
        answer = http.post("/auth/email/register", json=body)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_behind_a_proxy_its_word_counts(proxied: str, alice: Person) -> None:
    body = {"email": alice.email, "password": PASSWORD}
    forwarded = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}
    with client(proxied) as http:
        tokens = http.post("/auth/email/login", json=body, headers=forwarded).json()
    with client(alice.server, tokens["access"]) as other:
        current = other.get("/auth/sessions").json()["results"][0]
    assert current["ip"] == "203.0.113.9"


def charged(http: httpx.Client, email: str, hop: str) -> int:
    """The status of a wrong guess from there."""
    body = {"email": email, "password": "no"}
    answer = http.post("/auth/email/login", json=body, headers={"X-Forwarded-For": hop})
    return answer.status_code


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        ("198.51.100.8:40001", "198.51.100.8", "203.0.113.10:51234"),
        ("::ffff:198.51.100.9", "198.51.100.9", "::ffff:203.0.113.10"),
        ("[2001:db8:1::1]:443", "2001:db8:1::2", "[2001:db8:2::1]:443"),
        ("64:ff9b::198.51.100.10", "198.51.100.10", "64:ff9b::203.0.113.10"),
        ("fe80::1%eth0", "fe80::2", "fe81::1%eth0"),
    ],
)
def test_people_behind_a_proxy_are_told_apart(
    http: httpx.Client, proxied: str, email: str, one: str, same: str, other: str
) -> None:
    with client(proxied) as behind:
        assert [charged(behind, email, one) for _ in range(16)].count(429) >= 1
        assert charged(behind, email, same) == 429
        assert charged(behind, email, other) == 401


def test_strangers_do_not_lock_out_a_device_that_the_account_knows(
    http: httpx.Client, proxied: str, alice: Person
) -> None:
    with client(proxied) as behind:
        known = enter(behind, alice.email).json()["device"]
        for network in range(5):
            for _ in range(15):
                charged(behind, alice.email, f"198.51.100.{network}")
        assert enter(behind, alice.email).status_code == 429
        body = {"email": alice.email, "password": PASSWORD}
        headers = {"X-Device": known, "X-Forwarded-For": "198.51.100.1"}
        assert behind.post("/auth/email/login", json=body, headers=headers).status_code == 200


def test_good_refresh_tokens_are_no_burden_of_their_network(
    http: httpx.Client, alice: Person, bob: Person
) -> None:
    def refreshed(token: str) -> httpx.Response:
        return http.post("/auth/refresh", json={"refresh": token})

    with ThreadPoolExecutor(10) as pool:
        garbage = [each.status_code for each in pool.map(refreshed, ["garbage"] * 330)]
    assert garbage.count(429) >= 1
    assert refreshed(alice.refresh).status_code == 200
    assert [refreshed(bob.refresh).status_code for _ in range(70)].count(429) >= 5


def test_operators_are_limited_too(strict: str, http: httpx.Client) -> None:
    name = f"op_{secrets.token_hex(4)}"
    page = f"{strict}/admin/login/"
    token = httpx.get(page).cookies["csrftoken"]
    headers = {"Cookie": f"csrftoken={token}", "X-CSRFToken": token, "Referer": page}
    from accounts.models import User

    User.objects.create_superuser(name, "an operators password")
    for _ in range(16):
        wrong = {"username": name, "password": "no"}
        assert httpx.post(page, data=wrong, headers=headers).status_code == 200
    right = {"username": name, "password": "an operators password"}
    assert httpx.post(page, data=right, headers=headers).status_code == 200  # 302 would be in
