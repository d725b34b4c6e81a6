"""No door tells a stranger who has an account: same status, headers and shape, for each of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.accounts.telephone import enter
from tests.people import PASSWORD, Person

Ask = Callable[[str], dict[str, Any]]

MAIL_DOORS: dict[str, Ask] = {
    "/auth/email/register": lambda to: {"email": to, "password": PASSWORD, "name": "Carol"},
    "/auth/password/forgot": lambda to: {"email": to},
    "/auth/email/login": lambda to: {"email": to, "password": "not it at all"},
}
PHONE_DOORS: dict[str, Ask] = {
    "/auth/phone/start": lambda to: {"phone": to},
    "/auth/password/forgot": lambda to: {"phone": to},
}
DIFFERENT = ("challenge", "to", "request_id")


def looks(response: httpx.Response) -> Any:
    shown = {name: value for name, value in response.json().items() if name not in DIFFERENT}
    return response.status_code, sorted(response.headers), sorted(response.json()), shown


@pytest.mark.parametrize("door", MAIL_DOORS)
def test_known_and_unknown_addresses_look_the_same(
    http: httpx.Client, worker: None, alice: Person, email: str, door: str
) -> None:
    ask = MAIL_DOORS[door]
    answers = [http.post(door, json=ask(address)) for address in (alice.email, email)]
    assert looks(answers[0]) == looks(answers[1])


@pytest.mark.parametrize("door", PHONE_DOORS)
def test_known_and_unknown_numbers_look_the_same(
    http: httpx.Client, worker: None, phone: str, door: str
) -> None:
    ask = PHONE_DOORS[door]
    other = phone[:-1] + str((int(phone[-1]) + 1) % 10)
    enter(http, phone)
    answers = [http.post(door, json=ask(number)) for number in (phone, other)]
    assert looks(answers[0]) == looks(answers[1])


@pytest.mark.parametrize("door", MAIL_DOORS)
def test_the_time_tells_nothing(
    http: httpx.Client, worker: None, alice: Person, email: str, door: str
) -> None:
    def seconds(address: str) -> float:
        started = time.perf_counter()
        http.post(door, json=MAIL_DOORS[door](address))
        return time.perf_counter() - started

    def medians() -> tuple[float, float]:
        pairs = [(seconds(alice.email), seconds(email)) for _ in range(11)]
        known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
        return known, unknown

    seconds(email)
    # What a busy machine makes look different once does not look so every time.
    assert any(abs(k - u) < max(0.02, 0.5 * u) for k, u in (medians() for _ in range(4)))


async def test_a_stranger_learns_nothing_by_changing_an_address(
    http: httpx.Client, worker: None, alice: Person, mallory: Person, email: str
) -> None:
    known = mallory.post("/me/email", {"email": alice.email}, 202)
    unknown = mallory.post("/me/email", {"email": email}, 202)
    for challenge in (known, unknown):
        del challenge["challenge"], challenge["to"]
    assert known == unknown
