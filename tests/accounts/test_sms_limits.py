"""How many text messages are sent, on a server that enforces its limits."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.db.models import F

from accounts.doors.devices import Device
from accounts.models import Challenge, Purpose
from accounts.services import texting
from project.errors import Problem
from project.redis import connect
from tests.accounts.mailbox import code_to, messages_to, wrong
from tests.accounts.telephone import enter, start, verify
from tests.people import client


@pytest.fixture
def afresh(server: str) -> None:
    """Nothing was counted yet."""
    from accounts.models import SmsCount, SmsNetworkCount

    SmsCount.objects.all().delete()
    SmsNetworkCount.objects.all().delete()
    for key in connect().scan_iter("confab.rate.*"):
        connect().delete(key)


@pytest.fixture
def http(proxied: str, afresh: None) -> Iterator[httpx.Client]:
    with client(proxied) as http:
        yield http


def enforcing() -> AbstractContextManager[object]:
    from django.test import override_settings

    return override_settings(RATE_LIMITS="enforce")


def ask(phone: str, network: str) -> int:
    """Have a code sent; in how many seconds another may be asked for."""
    return texting.send_code(Purpose.LOGIN, phone, device=Device(ip=network)).resend_in


def let_pass(phone: str, seconds: int) -> None:
    """As if so much time had passed for what is remembered of a number."""
    passed = timedelta(seconds=seconds)
    Challenge.objects.filter(destination=phone).update(
        created_at=F("created_at") - passed, expires_at=F("expires_at") - passed
    )
    for key in connect().scan_iter("confab.rate.sms.*"):
        if (kept := connect().get(key)) is not None:  # it may have ended since it was found
            due = int(kept) - 1000 * seconds
            connect().set(key, due, pxat=due + 1000)


def test_one_number_gets_one_message_a_minute(http: httpx.Client, phone: str) -> None:
    start(http, phone)
    http.headers["X-Forwarded-For"] = "203.0.113.9"
    refused = http.post("/auth/phone/start", json={"phone": phone})
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_a_code_that_came_back_ends_the_minute(
    proxied: str, http: httpx.Client, worker: None, phone: str
) -> None:
    """So whoever signed up by phone can leave at once."""
    tokens = enter(http, phone)
    with client(proxied, tokens["access"]) as mine:
        asked = mine.post("/auth/challenge")
        assert asked.status_code == 202, asked.text
        body = {"challenge": asked.json()["challenge"], "code": code_to(phone, 2)}
        assert mine.request("DELETE", "/me", json=body).status_code == 202


def test_a_wrong_code_does_not_end_the_minute(http: httpx.Client, worker: None, phone: str) -> None:
    challenge = start(http, phone)["challenge"]
    assert verify(http, challenge, wrong(code_to(phone))).json()["code"] == "wrong_code"
    http.headers["X-Forwarded-For"] = "203.0.113.9"
    assert http.post("/auth/phone/start", json={"phone": phone}).status_code == 429


def test_bombing_one_number_for_a_day_brings_it_ten_messages(phone: str) -> None:
    """Every three minutes, from wherever; the clock is moved by moving what Redis remembers."""
    from accounts.doors import limits

    rates = (limits.SMS_GAP, limits.SMS_TO_NUMBER, limits.SMS_TO_NUMBER_A_DAY)
    sent = []
    with enforcing():
        for minute in range(0, 24 * 60, 3):
            with suppress(Problem):
                limits.charge(*(rate.on(phone) for rate in rates))
                sent.append(minute)
            let_pass(phone, 180)
    assert 8 <= len(sent) <= 10
    assert all(later - earlier >= 1 for earlier, later in itertools.pairwise(sent))
    assert max(sum(0 <= at - since < 60 for at in sent) for since in sent) <= 5


def test_one_may_ask_again_when_one_was_told(afresh: None, phone: str) -> None:
    """The rest of a number grows with each code that nobody answers, up to five in an hour; then it
    lasts until the first of them is an hour old."""
    told = []
    with enforcing():
        for _ in range(8):
            told.append(ask(phone, "203.0.113.5"))
            let_pass(phone, told[-1] - 1)
            with pytest.raises(Problem) as refused:
                ask(phone, "203.0.113.6")
            assert (refused.value.code, refused.value.retry_after) == ("rate_limited", 1)
            let_pass(phone, 1)
    assert told[:6] == [60, 120, 240, 480, 2700, 3600]


def test_while_a_number_rests_its_network_is_told_how_long(afresh: None, phone: str) -> None:
    with enforcing():
        let_pass(phone, ask(phone, "203.0.113.5"))
        first = texting.send_code(Purpose.LOGIN, phone, device=Device(ip="203.0.113.5"))
        let_pass(phone, 70)
        second = texting.send_code(Purpose.LOGIN, phone, device=Device(ip="203.0.113.5"))
    assert (second.challenge, first.resend_in, second.resend_in) == (first.challenge, 120, 50)


def test_an_answer_forgives_what_was_not_answered(
    http: httpx.Client, worker: None, phone: str
) -> None:
    start(http, phone)
    let_pass(phone, 60)
    assert start(http, phone)["resend_in"] == 120
    let_pass(phone, 120)
    enter(http, phone, 3)
    assert start(http, phone)["resend_in"] == 60


def test_one_range_of_numbers_gets_only_so_many(http: httpx.Client, phone: str) -> None:
    statuses = []
    for n in range(20):
        http.headers["X-Forwarded-For"] = f"203.0.113.{n}"
        body = {"phone": f"{phone[:-2]}{n:02}"}
        statuses.append(http.post("/auth/phone/start", json=body).status_code)
    assert statuses == [202] * 15 + [429] * 5


def test_one_network_gets_only_so_many_that_are_not_answered(http: httpx.Client) -> None:
    statuses = [
        http.post("/auth/phone/start", json={"phone": f"+4366412{n:02}555"}).status_code
        for n in range(12)
    ]
    assert statuses == [202] * 10 + [429] * 2


def test_a_country_whose_codes_never_come_back_is_stopped(http: httpx.Client, phone: str) -> None:
    from django.utils import timezone

    from accounts.models import SmsCount

    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    SmsCount.objects.create(country="AT", hour=hour, sent=30, verified=0)
    stopped = http.post("/auth/phone/start", json={"phone": phone})
    assert stopped.json()["code"] == "rate_limited"
    german = http.post("/auth/phone/start", json={"phone": "+4915112345678"})
    assert german.status_code == 202


def test_a_country_whose_codes_come_back_is_not(http: httpx.Client, phone: str) -> None:
    from django.utils import timezone

    from accounts.models import SmsCount

    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    SmsCount.objects.create(country="AT", hour=hour, sent=500, verified=450)
    assert start(http, phone)["channel"] == "sms"


def test_notices_by_text_message_are_few_a_day(http: httpx.Client, phone: str) -> None:
    from accounts.services import messages

    with enforcing():
        for _ in range(8):
            messages.notify("sms", phone, "password_changed", "")
    assert len(messages_to(phone)) == 5


def test_countries_can_be_left_out_and_nowhere_to_send_is_said(phone: str) -> None:
    from django.test import Client, override_settings

    def ask_for_code() -> Any:
        json = "application/json"
        return Client().post("/api/v1/auth/phone/start", {"phone": phone}, content_type=json)

    with override_settings(SMS_COUNTRIES=["DE", "CH"]):
        assert ask_for_code().json()["errors"][0]["code"] == "country"
    with override_settings(OUTBOX_DIR=""):
        away = ask_for_code()
        assert (away.status_code, away.json()["code"]) == (503, "unavailable")
