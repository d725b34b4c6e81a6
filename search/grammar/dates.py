"""Days, months and years in the searching person's zone, as moments."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")


def zone(name: str) -> ZoneInfo:
    """The zone of this name (`Europe/Vienna`). Raises ValueError for what is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueError(name) from None


def span_of(text: str, tz: ZoneInfo, now: dt.datetime) -> tuple[dt.datetime, dt.datetime] | None:
    """When the year, month or day begins, and when it is over; also `today` and `yesterday`. None
    for what is no date."""
    days = _days_of(text.strip().lower(), now.astimezone(tz).date())
    if days is None:
        return None
    try:
        first, beyond = (
            dt.datetime(day.year, day.month, day.day, tzinfo=tz).astimezone(dt.UTC) for day in days
        )
    except (ValueError, OverflowError):
        return None
    return first, beyond


def _days_of(text: str, today: dt.date) -> tuple[dt.date, dt.date] | None:
    if text in ("today", "yesterday"):
        day = today - dt.timedelta(days=text == "yesterday")
        return day, day + dt.timedelta(days=1)
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day_of_month = (int(part) if part else None for part in found.groups())
    try:
        first = dt.date(year or 0, month or 1, day_of_month or 1)
        if day_of_month is not None:
            return first, first + dt.timedelta(days=1)
        if month is not None:
            return first, (first + dt.timedelta(days=31)).replace(day=1)
        return first, first.replace(year=first.year + 1)
    except (ValueError, OverflowError):
        return None
