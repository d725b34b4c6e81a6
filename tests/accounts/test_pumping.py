"""The guard against pumping, by the shape of traffic: attacks are stopped, a launch is not."""

from __future__ import annotations

import ipaddress
import logging
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.accounts.traffic import Traffic, austrian, german, number_in


@pytest.fixture
def traffic(server: str, request: pytest.FixtureRequest) -> Iterator[Traffic]:
    """Limits are enforced, and nothing was counted yet."""
    from django.test import override_settings

    from accounts.models import SmsCount, SmsNetworkCount
    from project.redis import connect

    SmsCount.objects.all().delete()
    SmsNetworkCount.objects.all().delete()
    for key in connect().scan_iter("confab.rate.*"):
        connect().delete(key)
    with override_settings(RATE_LIMITS="enforce"):
        yield Traffic(random.Random(request.node.name))
    connect().delete("celery")  # the codes themselves are of no interest


def test_hundreds_of_numbers_of_one_range_from_ever_new_networks(traffic: Traffic) -> None:
    for number in range(500):
        traffic.ask(f"+4366412{number:05}", network=str(ipaddress.ip_address(number + 2**24)))
    assert traffic.sent <= 30
    assert set(traffic.refused) == {"rate_limited"}


def test_ranges_without_end_cost_no_more_than_a_country_may(traffic: Traffic) -> None:
    for number in range(300):
        traffic.ask(austrian(traffic.random), network=f"203.0.113.{number % 250}")
    assert traffic.sent == 30


def test_every_country_in_turn_costs_no_more_than_the_installation_may(traffic: Traffic) -> None:
    """At once, so that nothing has come back: the share of all codes stops it within the hour."""
    countries = ["AT", "DE", "CH", "FR", "IT", "ES", "GB", "PL", "SE", "NL", "BE", "DK"]
    for number in range(150):
        traffic.ask(number_in(countries[number % 12]), network=f"2001:db8:{number:x}::1")
    assert traffic.sent == 100


def test_the_budget_of_a_day_holds_also_when_all_codes_come_back(traffic: Traffic) -> None:
    from django.test import override_settings

    with override_settings(SMS_DAILY_LIMIT=40):
        for number in range(60):
            traffic.ask(german(traffic.random), network=f"198.51.100.{number}", answered=True)
    assert traffic.sent == 40


def test_one_network_has_ten_unanswered_codes_a_day(traffic: Traffic) -> None:
    for _ in range(40):
        traffic.ask(austrian(traffic.random), network="203.0.113.5")
    assert traffic.sent == 10
    traffic.ask(austrian(traffic.random), network="203.0.113.6")
    assert traffic.sent == 11


def test_one_network_of_version_6_is_one_however_many_addresses_it_has(traffic: Traffic) -> None:
    for number in range(40):
        traffic.ask(austrian(traffic.random), network=f"2001:db8:1:2::{number:x}")
    assert traffic.sent == 10


def test_in_development_ones_own_machine_is_limited_by_number_alone(traffic: Traffic) -> None:
    from django.test import override_settings

    numbers = [f"+4366418{number:05}" for number in range(80)]  # of one range, and in one country
    with override_settings(DEBUG=True):
        for number in numbers:
            traffic.ask(number, network="127.0.0.1")
        for country in ("AT", "DE", "CH", "FR", "IT", "ES"):
            traffic.ask(number_in(country), network="::1")
        assert (traffic.sent, traffic.refused) == (86, {})
        traffic.ask(numbers[0], network="::1")
        assert traffic.refused == {"rate_limited": 1}


def test_in_production_ones_own_machine_is_a_network_like_others(traffic: Traffic) -> None:
    for _ in range(12):
        traffic.ask(austrian(traffic.random), network="127.0.0.1")
    assert traffic.sent == 10


def test_one_network_has_unanswered_codes_in_three_countries(traffic: Traffic) -> None:
    for country in ("AT", "DE", "CH", "FR", "IT", "FR"):
        traffic.ask(number_in(country), network="203.0.113.5")
    assert traffic.sent == 3
    traffic.ask(number_in("AT"), network="203.0.113.5")
    assert traffic.sent == 4


def test_a_country_whose_code_came_back_is_free_again(traffic: Traffic) -> None:
    for country in ("AT", "DE", "CH", "FR", "IT"):
        traffic.ask(number_in(country), network="203.0.113.5", answered=True)
    assert (traffic.sent, traffic.refused) == (5, {})


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+43900123456", "kind"),  # Austrian premium rate
        ("+19005550100", "kind"),  # the same in North America
        ("+18005550100", "kind"),  # free of charge: an exchange, never a telephone of one's own
        ("+881612345678", "country"),  # a satellite
    ],
)
def test_dear_numbers_get_nothing(traffic: Traffic, number: str, why: str) -> None:
    traffic.ask(number, network="203.0.113.5")
    assert (traffic.sent, traffic.refused) == (0, {f"validation {why}": 1})


def test_countries_that_are_not_served_get_nothing(traffic: Traffic) -> None:
    from django.test import override_settings

    with override_settings(SMS_COUNTRIES=["AT", "001"]):
        traffic.ask(german(traffic.random), network="203.0.113.5")
        traffic.ask("+881612345678", network="203.0.113.5")
        traffic.ask(austrian(traffic.random), network="203.0.113.5")
    assert (traffic.sent, traffic.refused) == (2, {"validation country": 1})


def test_a_launch_is_let_through(traffic: Traffic) -> None:
    """Three hundred households in minutes; their codes come back some fifteen others later, and
    every seventh never does."""
    for person in range(300):
        network = str(ipaddress.ip_address(2**30 + person))
        traffic.ask(number_in("AT"), network=network, answered=person % 7 > 0, later=15)
    assert traffic.refused == {}


def test_a_school_behind_one_address_is_let_through(traffic: Traffic) -> None:
    for person in range(55):
        traffic.ask(
            austrian(traffic.random), network="203.0.113.5", answered=person % 10 > 0, later=3
        )
    assert traffic.refused == {}


def test_recording_lets_an_attack_through_and_logs_each_decision(
    traffic: Traffic, caplog: pytest.LogCaptureFixture
) -> None:
    from django.test import override_settings

    caplog.set_level(logging.INFO, "accounts.services.pumping")
    with override_settings(RATE_LIMITS="record_only"):
        for _ in range(15):
            traffic.ask(austrian(traffic.random), network="203.0.113.5")
    assert traffic.sent == 15
    messages = [record.getMessage() for record in caplog.records]
    said = [message.rpartition(": ")[2] for message in messages if "to AT for" in message]
    refused = "too many unanswered codes from one network (record_only)"
    assert said == ["allowed"] * 10 + [refused] * 5
    assert "203.0.113.5" not in caplog.text
    assert "+43" not in caplog.text


def test_parallel_codes_of_one_network_are_judged_one_by_one(traffic: Traffic) -> None:
    from django.db import connection

    def ask(number: str) -> None:
        traffic.ask(number, network="203.0.113.5")
        connection.close()  # the thread's own

    numbers = [number_in(country) for country in ("AT", "DE", "CH", "FR", "IT", "ES", "GB", "PL")]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, numbers))
    assert traffic.sent == 3
