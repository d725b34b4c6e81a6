"""A guard against pumping: codes ordered in masses for numbers that share in their price.

Who pumps does not type the codes in. So what counts is how many codes never came back, of a country
and of the network that asked for them, against how many usually do.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import transaction

from accounts.letters.destinations import country_of, is_dear
from accounts.metrics import SMS_DECISIONS
from accounts.services import sms_counts
from accounts.services.sms_counts import DAY, HOUR
from project.errors import Problem, invalid

logger = logging.getLogger(__name__)

UNVERIFIED_A_DAY = 100
UNVERIFIED_AN_HOUR = 30
UNVERIFIED_OF_NETWORK = 10
SHARE = 0.2
"""Codes that may stay unanswered, in any case and as a share of the answered ones. For a country
both are added: in a rush many are still on their way."""

COUNTRIES_OF_NETWORK = 3
"""In so many countries at once a network may have unanswered codes."""

OWN_MACHINE = ("127.0.0.1", "::/64")
"""In development this is where one tries things out, and not always with an answer."""

MEASURED_FROM = 100
CONVERSION = 0.3
"""From so many codes an hour on, for the whole installation, this share must come back."""

NO_COUNTRY = "001"
SPENT = "the budget of the day is spent"


def charge(phone: str, network: str) -> None:
    """Count a code that is about to be sent; `network` is what `sms_counts.network_key` calls it.
    Call it in a transaction. Raises `validation` for numbers that are not served, and
    `rate_limited` when the guard says no, unless it only records."""
    country = country_of(phone)
    require_served(phone)
    sms_counts.hold_network(network)
    sms_counts.add(country, network, sent=1)
    _decide(_why_not(country, network), f"to {country} for network {network[:8]}")


@transaction.atomic
def charge_unasked() -> None:
    """Count a message without a code that is about to be sent: it takes its part of the budget of
    the day. Raises `rate_limited` when that is spent, unless it only records."""
    sms_counts.add_unasked()
    _decide(SPENT if _is_spent() else None, "without a code")


def _decide(reason: str | None, which: str) -> None:
    mode = settings.RATE_LIMITS
    SMS_DECISIONS.labels(reason or "allowed", mode).inc()
    if reason is None:
        logger.info("a text message %s: allowed", which)
        return
    if mode != "off":
        logger.warning("a text message %s: %s (%s)", which, reason, mode)
    if mode == "enforce":
        raise Problem("rate_limited", "No more messages there for now.", retry_after=3600)


def count_verified(phone: str, network: str) -> None:
    """A code came back from this number, which `network` had asked for."""
    sms_counts.add(country_of(phone), network, verified=1)


def is_trying_out(network: str) -> bool:
    """Whether this is development and the network is one's own machine: then only what a single
    number may get is limited, and the budget of the day."""
    return settings.DEBUG and network in map(sms_counts.network_key, OWN_MACHINE)


def require_served(phone: str) -> None:
    """Numbers of no country, such as satellites', must be named to be served: they are dear. Raises
    `validation`."""
    country = country_of(phone)
    named: list[str] = settings.SMS_COUNTRIES
    if country not in named if named else country == NO_COUNTRY:
        raise invalid("/phone", "Text messages are not sent to this country.", "country")
    if is_dear(phone):
        raise invalid("/phone", "Text messages are not sent to numbers of this kind.", "kind")


def _why_not(country: str, network: str) -> str | None:
    """The first rule that this code breaks, it being counted already."""
    if _is_spent():
        return SPENT
    if is_trying_out(network):
        return None
    return _of_network(network) or _of_country(country) or _of_all()


def _is_spent() -> bool:
    spent: bool = sms_counts.sent_at_all(DAY) > settings.SMS_DAILY_LIMIT
    return spent


def _of_network(network: str) -> str | None:
    counts = sms_counts.of_network(network).values()
    if sum(count.unanswered > 0 for count in counts) > COUNTRIES_OF_NETWORK:
        return "unanswered codes in too many countries from one network"
    unanswered = sum(max(0, count.unanswered) for count in counts)
    verified = sum(count.verified for count in counts)
    if unanswered > max(UNVERIFIED_OF_NETWORK, SHARE * verified):
        return "too many unanswered codes from one network"
    return None


def _of_country(country: str) -> str | None:
    day = sms_counts.of_country(country, DAY)
    usual = max(UNVERIFIED_A_DAY, SHARE * sms_counts.best_day(country))
    if day.unanswered > usual + SHARE * day.verified:
        return "too many unanswered codes in a day"
    hour = sms_counts.of_country(country, HOUR)
    if hour.unanswered > max(UNVERIFIED_AN_HOUR, usual / 6) + SHARE * hour.verified:
        return "too many unanswered codes in an hour"
    return None


def _of_all() -> str | None:
    hour = sms_counts.everywhere(HOUR)
    if hour.sent > MEASURED_FROM and hour.verified < CONVERSION * hour.sent:
        return "too few codes come back at all"
    return None
