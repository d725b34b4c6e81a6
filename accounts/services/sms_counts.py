"""How many codes went out and came back, by hour: of a country, and of a network in a country.

Neither tells of any person. The rows of both are held in the same order by whoever writes, the
network's first.
"""

from __future__ import annotations

import datetime as dt
import hmac
from typing import NamedTuple

from django.db import connection
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import TruncDay
from django.utils import timezone

from accounts.models import SmsCount, SmsNetworkCount
from project import purging
from project.keys import data_keys

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
KEPT = dt.timedelta(days=2)
COUNTRIES_KEPT = dt.timedelta(days=400)

UNASKED = "-"
"""Stands for a country: messages without a code, such as invitations. They cost as much as codes
and say nothing of who types theirs in."""


class Count(NamedTuple):
    """Codes that were sent, and those of them that came back."""

    sent: int
    verified: int

    @property
    def unanswered(self) -> int:
        return self.sent - self.verified


def network_key(network: str) -> str:
    """What a network is called in the database."""
    return hmac.digest(data_keys("sms network")[0], network.encode(), "sha256").hex()[:32]


def add(country: str, network: str, *, sent: int = 0, verified: int = 0) -> None:
    """Count in this hour; the rows stay held until the transaction ends."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    more = {"sent": F("sent") + sent, "verified": F("verified") + verified}
    own = {"network": network, "country": country, "hour": hour}
    SmsNetworkCount.objects.bulk_create([SmsNetworkCount(**own)], ignore_conflicts=True)
    SmsNetworkCount.objects.filter(**own).update(**more)
    SmsCount.objects.bulk_create([SmsCount(country=country, hour=hour)], ignore_conflicts=True)
    SmsCount.objects.filter(country=country, hour=hour).update(**more)


def add_unasked() -> None:
    """Count a message without a code in this hour; the row stays held until the transaction
    ends."""
    own = {"country": UNASKED, "hour": timezone.now().replace(minute=0, second=0, microsecond=0)}
    SmsCount.objects.bulk_create([SmsCount(**own)], ignore_conflicts=True)
    SmsCount.objects.filter(**own).update(sent=F("sent") + 1)


def hold_network(network: str) -> None:
    """Until the transaction ends nobody else judges this network, in whatever country."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [network])


def sent_at_all(window: dt.timedelta) -> int:
    """Messages of any kind: what is paid for."""
    return _sum(SmsCount.objects.filter(hour__gt=timezone.now() - window)).sent


def everywhere(window: dt.timedelta) -> Count:
    since = timezone.now() - window
    return _sum(SmsCount.objects.filter(hour__gt=since).exclude(country=UNASKED))


def of_country(country: str, window: dt.timedelta) -> Count:
    return _sum(SmsCount.objects.filter(country=country, hour__gt=timezone.now() - window))


def best_day(country: str) -> int:
    """The most codes that came back on one of the last 14 days."""
    fortnight = SmsCount.objects.filter(country=country, hour__gt=timezone.now() - 14 * DAY)
    days = fortnight.annotate(day=TruncDay("hour")).values("day").annotate(n=Sum("verified"))
    return max((day["n"] for day in days), default=0)


def of_network(network: str) -> dict[str, Count]:
    """The last day of a network, by country."""
    recent = SmsNetworkCount.objects.filter(network=network, hour__gt=timezone.now() - DAY)
    sums = recent.values("country").annotate(n=Sum("sent"), back=Sum("verified"))
    return {row["country"]: Count(row["n"], row["back"]) for row in sums}


def purge() -> bool:
    """Forget the networks of days gone by, and what a country got more than a year ago; whether
    there is more."""
    now = timezone.now()
    return purging.purge(
        SmsNetworkCount.objects.filter(hour__lt=now - KEPT).order_by("hour"),
        SmsCount.objects.filter(hour__lt=now - COUNTRIES_KEPT).order_by("hour"),
    )


def _sum(counts: QuerySet[SmsCount]) -> Count:
    sums = counts.aggregate(sent=Sum("sent", default=0), verified=Sum("verified", default=0))
    return Count(sums["sent"], sums["verified"])
