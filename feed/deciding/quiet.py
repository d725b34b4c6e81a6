"""Quiet hours and digests by the clock on somebody's wall.

What is kept is a wall-clock time and a zone by name; the moment is found when it is needed, so that
a change of the clocks, or of the law, is right without touching a row. A time that the clocks pass
over counts as the moment of their change, one that comes twice as its first coming.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones


@cache
def zone_of(name: str) -> ZoneInfo:
    """Raises ValueError for a name that is not in the list of zones."""
    if name not in available_timezones():
        raise ValueError(name)
    return ZoneInfo(name)


def clock(text: str) -> dt.time:
    """Of `HH:MM`. Raises ValueError."""
    if len(text) != 5 or text[2] != ":" or not (text[:2] + text[3:]).isdecimal():
        raise ValueError(text)
    if not text.isascii():
        raise ValueError(text)
    return dt.time(int(text[:2]), int(text[3:]))


def moment_at(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """When the clocks of a zone show this, in UTC."""
    local = dt.datetime.combine(day, time, zone)
    moment = local.astimezone(dt.UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        # Passed over: with the offset from after the change the moment lies before it, and the
        # other way round; the change is where the offset becomes the later one.
        return _change_between(local.replace(fold=1).astimezone(dt.UTC), moment, zone)
    return moment


def _change_between(early: dt.datetime, late: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The minute between these at which the zone's offset changes."""
    before = early.astimezone(zone).utcoffset()
    while late - early > dt.timedelta(minutes=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(second=0, microsecond=0)


def quiet_until(hours: dict[str, Any] | None, now: dt.datetime) -> dt.datetime | None:
    """When the quiet hours end that are on now; None when none are. Equal times mean none."""
    if not hours:
        return None
    zone, start, end = zone_of(hours["time_zone"]), clock(hours["from"]), clock(hours["to"])
    if start == end:
        return None
    today = now.astimezone(zone).date()
    for day in (today - dt.timedelta(days=1), today):
        begins = moment_at(day, start, zone)
        ends = moment_at(day + dt.timedelta(days=int(end <= start)), end, zone)
        if begins <= now < ends:
            return ends
    return None


def digest_ends(digest: dict[str, Any], first: dt.datetime) -> dt.datetime:
    """The end of the window that an event at `first` opens: the next full hour, or the next time
    that the clock shows `at`."""
    zone = zone_of(digest["time_zone"])
    if digest["every"] == "hour":
        local = first.astimezone(zone)
        passed = dt.timedelta(minutes=local.minute, seconds=local.second)
        return (first - passed).replace(microsecond=0) + dt.timedelta(hours=1)
    time = clock(digest.get("at", "09:00"))
    day = first.astimezone(zone).date()
    while (moment := moment_at(day, time, zone)) <= first:
        day += dt.timedelta(days=1)
    return moment
