"""A guard against pumping: codes ordered in masses for numbers that share in their price.

Who pumps does not type the codes in. So what counts is how many codes of a country never came back,
against how many usually do.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.db.models import F, Sum
from django.db.models.functions import TruncDay
from django.utils import timezone

from accounts.destinations import country_of
from accounts.models import SmsCount
from project.errors import Problem, invalid

logger = logging.getLogger(__name__)

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
UNVERIFIED_A_DAY = 100
UNVERIFIED_AN_HOUR = 30
SHARE = 0.2
"""Codes that may stay unanswered in a country, in any case and as a share of the answered ones."""


def charge(phone: str) -> None:
    """Count a code that is about to be sent. Call it in a transaction. Raises `validation` for a
    country that is not served, and `rate_limited` when the country or the day is used up."""
    country = country_of(phone)
    if settings.SMS_COUNTRIES and country not in settings.SMS_COUNTRIES:
        raise invalid("/phone", "Text messages are not sent to this country.", "country")
    hour = _this_hour()
    SmsCount.objects.bulk_create([SmsCount(country=country, hour=hour)], ignore_conflicts=True)
    row = SmsCount.objects.filter(country=country, hour=hour)
    row.update(sent=F("sent") + 1)  # holds the row, so parallel calls are judged one by one
    reason = _why_not(country)
    if reason is None or settings.RATE_LIMITS == "off":
        return
    logger.warning("text messages to %s: %s (%s)", country, reason, settings.RATE_LIMITS)
    if settings.RATE_LIMITS == "enforce":
        raise Problem("rate_limited", "No more messages there for now.", retry_after=3600)


def count_verified(phone: str) -> None:
    """A code came back from this number."""
    country, hour = country_of(phone), _this_hour()
    SmsCount.objects.bulk_create([SmsCount(country=country, hour=hour)], ignore_conflicts=True)
    SmsCount.objects.filter(country=country, hour=hour).update(verified=F("verified") + 1)


def _why_not(country: str) -> str | None:
    now = timezone.now()
    recent = SmsCount.objects.filter(hour__gt=now - DAY)
    sent_today, _ = _sums(recent)
    if sent_today > settings.SMS_DAILY_LIMIT:
        return "the budget of the day is spent"
    here = SmsCount.objects.filter(country=country)
    sent, verified = _sums(here.filter(hour__gt=now - DAY))
    a_day = max(UNVERIFIED_A_DAY, SHARE * _best_day(country), SHARE * verified)
    if sent - verified > a_day:
        return "too many unanswered codes in a day"
    sent, verified = _sums(here.filter(hour__gt=now - HOUR))
    an_hour = max(UNVERIFIED_AN_HOUR, a_day / 6, SHARE * verified)
    return "too many unanswered codes in an hour" if sent - verified > an_hour else None


def _sums(counts: object) -> tuple[int, int]:
    sums = counts.aggregate(sent=Sum("sent", default=0), verified=Sum("verified", default=0))  # type: ignore[attr-defined]
    return sums["sent"], sums["verified"]


def _best_day(country: str) -> int:
    """The most codes that came back on one of the last 14 days."""
    fortnight = SmsCount.objects.filter(country=country, hour__gt=timezone.now() - 14 * DAY)
    days = fortnight.annotate(day=TruncDay("hour")).values("day").annotate(n=Sum("verified"))
    return max((day["n"] for day in days), default=0)


def _this_hour() -> dt.datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0)
