"""The log by weeks: made ahead, dropped when old, and never a hole that nobody is told of."""

from __future__ import annotations

import datetime as dt
import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from project.sync import log, weeks
from project.sync.log import Entry
from project.sync.models import Head, Update

KEPT = dt.timedelta(days=settings.LOG_DAYS)


@pytest.fixture
def user() -> int:
    user_id = secrets.randbits(60)
    Head.objects.create(user_id=user_id)
    return user_id


def write(user: int, count: int) -> None:
    with transaction.atomic():
        log.append_and_tell_on_commit([Entry(user, "me.updated", user)] * count)


def date_back(user: int, below: int, age: dt.timedelta) -> None:
    """Make the user's first updates as old as that."""
    Update.objects.filter(user_id=user, pts__lte=below).update(at=timezone.now() - age)


def lying_in(user: int) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct tableoid::regclass::text from sync_update where user_id = %s", [user]
        )
        return {name for (name,) in cursor.fetchall()}


def test_weeks_are_there_ahead_and_made_once() -> None:
    assert weeks.make_weeks() == 0, "migrating has made them"
    ends = [week.end for week in weeks.weeks() if week.end]
    assert max(ends) > timezone.now() + dt.timedelta(weeks=weeks.AHEAD)
    assert ends == sorted(set(ends))


def test_what_is_written_lies_in_a_week(user: int) -> None:
    write(user, 3)
    assert lying_in(user) <= {week.name for week in weeks.weeks()} - {"sync_update_rest"}


def test_a_week_is_dropped_once_all_of_it_is_old(
    user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the future, so that nobody else's updates are in it."""
    monday = dt.datetime(2040, 1, 2, tzinfo=dt.UTC)
    end, name = monday + dt.timedelta(weeks=1), "sync_update_20400102"
    weeks.make(monday.date(), end.date())
    write(user, 3)
    Update.objects.filter(user_id=user, pts__lte=2).update(at=monday)
    assert name in lying_in(user)
    week = weeks.Week(name, end)
    assert week not in weeks.weeks_before(end - dt.timedelta(seconds=1))
    assert week in weeks.weeks_before(end)
    monkeypatch.setattr(weeks, "weeks_before", lambda oldest: [week])
    assert weeks.drop_old() == 1
    position, rows = log.read(user, 2)
    assert (position.floor, [row.pts for row in rows]) == (2, [3])
    assert log.why_reset(position, position.epoch, 1) == "too_old"
    assert log.why_reset(position, position.epoch, 2) is None
    weeks.drop(name)  # as two jobs may


def test_processes_make_a_week_once() -> None:
    last = weeks.weeks()[-2]
    weeks.drop(last.name)

    def make(_: int) -> int:
        try:
            return weeks.make_weeks()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(make, range(3)))
    assert weeks.weeks()[-2] == last


def test_a_row_of_no_week_is_kept_and_goes_when_it_is_old(user: int) -> None:
    write(user, 2)
    far = timezone.now() + dt.timedelta(weeks=50)
    Update.objects.filter(user_id=user, pts=2).update(at=far)
    assert "sync_update_rest" in lying_in(user)
    _, rows = log.read(user, 0)
    assert [row.pts for row in rows] == [1, 2]
    Update.objects.filter(user_id=user, pts=2).delete()


def test_floors_are_raised_a_few_people_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weeks, "CHUNK", 2)
    users = [Head.objects.create(user_id=secrets.randbits(60)).user_id for _ in range(5)]
    for user in users:
        write(user, 5)
        date_back(user, 3, KEPT + dt.timedelta(hours=1))
    Head.objects.filter(user_id=users[0]).update(floor=4)
    for name in set().union(*map(lying_in, users)):
        weeks.raise_floors(name, timezone.now() - KEPT)
    floors = dict(Head.objects.filter(user_id__in=users).values_list("user_id", "floor"))
    assert floors == {users[0]: 4, **dict.fromkeys(users[1:], 3)}


def test_a_log_that_is_too_long_is_cut(user: int) -> None:
    write(user, 30)
    with override_settings(LOG_UPDATES=10):
        log.cut(user, 20)
    position, rows = log.read(user, 0)
    assert (position.floor, rows[0].pts, len(rows)) == (20, 21, 10)
