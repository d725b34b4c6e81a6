"""Numbers whose code is fixed in the settings."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from tests.accounts.mailbox import messages_to
from tests.accounts.telephone import start, verify
from tests.conftest import serving
from tests.people import client

NUMBER, CODE = "+15005550006", "123456"
NO_TELEPHONE = "+15550100000"


def day(ahead: int) -> str:
    return str(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=ahead))


@pytest.fixture(scope="module")
def rehearsing(server: str) -> Iterator[str]:
    entries = [f"{NUMBER}={CODE}@{day(30)}", f"{NO_TELEPHONE}=000007@{day(0)}"]
    with serving(RATE_LIMITS="enforce", SMS_TEST_NUMBERS=",".join(entries)) as url:
        yield url


@pytest.fixture
def http(rehearsing: str) -> Iterator[httpx.Client]:
    with client(rehearsing) as http:
        yield http


def test_its_code_enters_and_nothing_is_sent_or_counted(http: httpx.Client, worker: None) -> None:
    from accounts.models import SmsCount, SmsNetworkCount

    SmsCount.objects.all().delete()
    SmsNetworkCount.objects.all().delete()
    people = set()
    for _ in range(6):  # more than a number gets messages in an hour
        challenge = start(http, NUMBER)
        entered = verify(http, challenge["challenge"], CODE, name="Reviewer")
        assert entered.status_code == 200, entered.text
        people.add(entered.json()["user"]["id"])
    assert len(people) == 1
    assert not SmsCount.objects.exists()
    assert not SmsNetworkCount.objects.exists()
    assert messages_to(NUMBER) == []


def test_another_code_is_wrong_and_counts(http: httpx.Client) -> None:
    challenge = start(http, NUMBER)["challenge"]
    assert verify(http, challenge, "123457").json()["attempts_left"] == 4


def test_it_need_not_be_a_telephone(http: httpx.Client) -> None:
    assert verify(http, start(http, NO_TELEPHONE)["challenge"], "000007").status_code == 200


def test_its_answer_looks_like_any_other(http: httpx.Client, phone: str) -> None:
    fixed, usual = start(http, NUMBER), start(http, phone)
    for challenge in (fixed, usual):
        del challenge["challenge"], challenge["to"]
    assert fixed == usual


def test_after_its_day_a_number_is_as_any_other(phone: str) -> None:
    from django.test import override_settings

    from project.fixed_codes import fixed_code, read

    entries = [f"{NUMBER}={CODE}@{day(-1)}", f"{phone}=000000@{day(0)}"]
    with override_settings(SMS_TEST_NUMBERS=read(entries, production=True)):
        assert fixed_code(NUMBER) is None
        assert fixed_code(phone) == "000000"


def start_up(entries: str, debug: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DEBUG": debug, "SMS_TEST_NUMBERS": entries}
    command = [sys.executable, "-c", "import project.settings"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "entries",
    [
        f"{NUMBER}={CODE}",
        f"{NUMBER}={CODE}@{day(31)}",
        f"{NUMBER}={CODE}@{day(3)},+15005550007={CODE}",
        f"{NUMBER}={CODE}@2026-02-30",
        f"{NUMBER}=12345@{day(3)}",
        f"15005550006={CODE}@{day(3)}",
        "nonsense",
    ],
)
def test_production_refuses_to_start_without_a_near_day(entries: str) -> None:
    ended = start_up(entries, debug="0")
    assert ended.returncode != 0
    assert "SMS_TEST_NUMBERS" in ended.stderr


def test_production_starts_with_days_near_and_gone_by_and_development_without() -> None:
    entries = f"{NUMBER}={CODE}@{day(30)},+15005550007={CODE}@{day(-100)}"
    for debug, given in (("0", entries), ("1", f"{NUMBER}={CODE}")):
        ended = start_up(given, debug)
        assert ended.returncode == 0, ended.stderr
