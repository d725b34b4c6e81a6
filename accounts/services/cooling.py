"""How long a destination rests before its next code: the longer, the more of them stay unanswered.

What has been answered is forgiven. The count is of the codes of the last hour, whoever asked for
them and whatever for.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Max
from django.utils import timezone

from accounts.models import Challenge

FIRST = {"email": 30.0, "sms": 60.0}
LONGEST = 1800.0
"""In seconds. Each unanswered code doubles the rest."""

WINDOW = dt.timedelta(hours=1)


def seconds_left(channel: str, destination: str) -> float:
    """How much longer this destination rests; 0 when it does not."""
    now = timezone.now()
    codes = Challenge.objects.filter(channel=channel, destination=destination)
    answered = codes.filter(used_at__gt=now - WINDOW).aggregate(last=Max("used_at"))["last"]
    unanswered = codes.filter(created_at__gt=answered or now - WINDOW)
    found = unanswered.aggregate(count=Count("pk"), last=Max("created_at"))
    if not found["count"]:
        return 0.0
    age: dt.timedelta = now - found["last"]
    return max(0.0, rest_after(channel, found["count"]) - age.total_seconds())


def rest_after(channel: str, unanswered: int) -> float:
    """The rest in seconds after so many unanswered codes, at least one."""
    doublings = min(unanswered - 1, 10)  # what comes later is past the longest anyway
    return min(FIRST[channel] * 2.0**doublings, LONGEST)
