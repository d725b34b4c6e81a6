"""Quiet hours and digests by the clocks of zones whose clocks change."""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest

from feed.deciding.quiet import digest_ends, quiet_until


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


# Zone, hours, a moment in UTC, and when the quiet hours that are on then end (in UTC), or nothing.
# The days are those of changes and their neighbours, north and south, by half an hour and by none.
DAYS = """
Europe/Vienna 22:00-07:00 2026-03-28T20:59 -
Europe/Vienna 22:00-07:00 2026-03-28T21:00 2026-03-29T05:00
Europe/Vienna 22:00-07:00 2026-03-29T00:59 2026-03-29T05:00
Europe/Vienna 22:00-07:00 2026-03-29T04:59 2026-03-29T05:00
Europe/Vienna 22:00-07:00 2026-03-29T05:00 -
Europe/Vienna 22:00-07:00 2026-03-29T19:59 -
Europe/Vienna 22:00-07:00 2026-03-29T20:00 2026-03-30T05:00
Europe/Vienna 22:00-07:00 2026-10-24T20:00 2026-10-25T06:00
Europe/Vienna 22:00-07:00 2026-10-25T05:30 2026-10-25T06:00
Europe/Vienna 22:00-07:00 2026-10-25T06:00 -
Europe/Vienna 22:00-07:00 2026-10-25T20:30 -
Europe/Vienna 22:00-07:00 2026-10-25T21:00 2026-10-26T06:00
Europe/Vienna 02:30-05:00 2026-03-29T00:59 -
Europe/Vienna 02:30-05:00 2026-03-29T01:00 2026-03-29T03:00
Europe/Vienna 02:30-05:00 2026-03-29T03:00 -
Europe/Vienna 23:00-02:30 2026-03-29T00:59 2026-03-29T01:00
Europe/Vienna 23:00-02:30 2026-03-29T01:00 -
Europe/Vienna 02:30-05:00 2026-10-25T00:29 -
Europe/Vienna 02:30-05:00 2026-10-25T00:30 2026-10-25T04:00
Europe/Vienna 02:30-05:00 2026-10-25T01:15 2026-10-25T04:00
America/New_York 22:00-07:00 2026-03-08T03:00 2026-03-08T11:00
America/New_York 22:00-07:00 2026-03-08T11:00 -
America/New_York 22:00-07:00 2026-11-01T02:00 2026-11-01T12:00
America/New_York 22:00-07:00 2026-11-01T11:59 2026-11-01T12:00
America/New_York 22:00-07:00 2026-11-01T12:00 -
America/New_York 01:30-03:30 2026-11-01T05:29 -
America/New_York 01:30-03:30 2026-11-01T05:30 2026-11-01T08:30
Australia/Lord_Howe 22:00-07:00 2026-04-04T11:00 2026-04-04T20:30
Australia/Lord_Howe 22:00-07:00 2026-10-03T11:30 2026-10-03T20:00
Australia/Lord_Howe 02:15-03:00 2026-10-03T15:30 2026-10-03T16:00
Australia/Sydney 22:00-07:00 2026-10-03T12:00 2026-10-03T20:00
Australia/Sydney 22:00-07:00 2026-04-04T11:00 2026-04-04T21:00
America/Santiago 23:00-06:00 2026-09-06T03:00 2026-09-06T09:00
America/Santiago 23:00-06:00 2026-04-05T02:00 2026-04-05T10:00
Africa/Cairo 23:30-01:00 2026-04-23T21:45 2026-04-23T22:00
Asia/Kolkata 21:15-06:45 2026-07-01T15:45 2026-07-02T01:15
Asia/Kathmandu 22:00-06:00 2026-07-01T16:15 2026-07-02T00:15
Pacific/Apia 22:00-07:00 2026-06-30T09:00 2026-06-30T18:00
Pacific/Kiritimati 09:00-17:00 2026-06-29T19:00 2026-06-30T03:00
UTC 13:00-14:00 2026-06-30T13:59 2026-06-30T14:00
UTC 13:00-14:00 2026-06-30T14:00 -
UTC 13:00-12:00 2026-06-30T12:30 -
UTC 13:00-12:00 2026-06-30T11:30 2026-06-30T12:00
""".split("\n")[1:-1]


@pytest.mark.parametrize("line", DAYS)
def test_quiet_hours(line: str) -> None:
    zone, hours, now, ends = line.split()
    begin, _, end = hours.partition("-")
    wanted = None if ends == "-" else utc(ends)
    assert quiet_until({"from": begin, "to": end, "time_zone": zone}, utc(now)) == wanted


ZONES = (
    *("Africa/Cairo", "Africa/Casablanca", "America/Asuncion", "America/Chicago", "America/Havana"),
    *("America/Los_Angeles", "America/Nuuk", "America/Santiago", "America/St_Johns"),
    *("Asia/Beirut", "Asia/Jerusalem", "Atlantic/Azores", "Australia/Adelaide"),
    *("Australia/Lord_Howe", "Europe/Chisinau", "Europe/Dublin", "Europe/Kyiv", "Europe/Lisbon"),
    *("Europe/Vienna", "Pacific/Auckland", "Pacific/Chatham", "America/New_York"),
)
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


def changes(zone: ZoneInfo) -> list[dt.datetime]:
    """The hours of a year in which the zone's clocks are changed."""
    hours = [utc("2024-01-01T00:00") + dt.timedelta(hours=hour) for hour in range(366 * 24)]
    offsets = [hour.astimezone(zone).utcoffset() for hour in hours]
    return [hours[n] for n in range(1, len(hours)) if offsets[n] != offsets[n - 1]]


def nights(zone: ZoneInfo, around: dt.datetime, begin: str, end: str) -> list[list[dt.datetime]]:
    """Beginnings and ends, by looking at the clock on the wall every minute: each comes when it
    shows that time, or a later one, for the first time."""
    minutes = [around + number * MINUTE for number in range(-3 * 1440, 3 * 1440)]
    shown = [minute.astimezone(zone).replace(tzinfo=None) for minute in minutes]
    latest = list(itertools.accumulate(shown, max))
    found = []
    for day in (shown[1440 * 3].date() + number * DAY for number in range(-2, 2)):
        first = dt.datetime.combine(day, dt.time.fromisoformat(begin))
        last = dt.datetime.combine(day, dt.time.fromisoformat(end))
        last += DAY if last <= first else dt.timedelta()
        found.append([minutes[bisect.bisect_left(latest, each)] for each in (first, last)])
    return found


@pytest.mark.parametrize("name", ZONES)
def test_quiet_hours_by_a_watch_around_changes_of_the_clocks(name: str) -> None:
    """Two days at least for each of these zones."""
    zone = ZoneInfo(name)
    found = changes(zone)
    assert len(found) >= 2
    for change, (begin, end) in itertools.product(
        found, [("22:00", "07:00"), ("01:30", "03:15"), ("23:45", "00:30"), ("02:30", "02:00")]
    ):
        expected = nights(zone, change, begin, end)
        for number in range(-1440, 1440, 29):
            now = change + number * MINUTE
            until = [last for first, last in expected if first <= now < last]
            hours = {"from": begin, "to": end, "time_zone": name}
            assert quiet_until(hours, now) == (until[0] if until else None), (change, hours, now)


@pytest.mark.parametrize(
    ("digest", "first", "ends"),
    [
        ({"every": "hour", "time_zone": "UTC"}, "2026-06-30T13:05", "2026-06-30T14:00"),
        ({"every": "hour", "time_zone": "Asia/Kathmandu"}, "2026-06-30T13:05", "2026-06-30T13:15"),
        ({"every": "day", "at": "08:00"}, "2026-06-30T07:59", "2026-06-30T08:00"),
        ({"every": "day", "at": "08:00"}, "2026-06-30T08:00", "2026-07-01T08:00"),
        (
            {"every": "day", "at": "08:00", "time_zone": "Europe/Vienna"},
            "2026-03-28T12:00",
            "2026-03-29T06:00",
        ),
        (
            {"every": "day", "at": "02:30", "time_zone": "Europe/Vienna"},
            "2026-03-28T12:00",
            "2026-03-29T01:00",
        ),
    ],
)
def test_a_digest_ends_by_the_clock(digest: dict[str, str], first: str, ends: str) -> None:
    assert digest_ends({"time_zone": "UTC"} | digest, utc(first)) == utc(ends)
