"""What runs on each machine and may be done by one only."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from celery import Celery
from django.conf import settings

from project.beat import LEASE, RAN, OneOfMany
from project.redis import connect
from tests.conftest import ROOT, engines

QUEUE = "of a beat's test"
OFTEN = 0.05


@pytest.fixture(autouse=True)
def cleared() -> Iterator[None]:
    yield
    connect().delete(LEASE, RAN, QUEUE)


def beat(name: str = "often", seconds: float = OFTEN) -> OneOfMany:
    """One that has a single task, on a machine of its own."""
    app = Celery("beaten", broker=settings.REDIS_URL, set_as_current=False)
    entry = {"task": "none", "schedule": seconds, "options": {"queue": QUEUE}}
    app.conf.update(beat_schedule={name: entry}, timezone="UTC", result_expires=None)
    return OneOfMany(app=app)


def queued() -> int:
    return int(connect().llen(QUEUE))


def run(one: OneOfMany, turns: int) -> None:
    """Until it has queued so many tasks."""
    wanted, deadline = queued() + turns, time.monotonic() + 30
    while queued() < wanted:
        assert time.monotonic() < deadline
        time.sleep(max(0.0, min(one.tick(), OFTEN)))


def looks_on(one: OneOfMany) -> bool:
    """Whether it does nothing, though it is time."""
    before = queued()
    time.sleep(2 * OFTEN)
    return one.tick() == 1.0 and queued() == before


def test_one_of_many_beats_acts_and_another_takes_over() -> None:
    first, second = beat(), beat()
    run(first, 3)
    assert looks_on(second)
    first.close()
    run(second, 2)
    assert looks_on(first)


def test_a_beat_that_died_is_replaced_when_its_lease_is_over() -> None:
    first, second = beat(), beat()
    run(first, 1)
    assert 0 < connect().pttl(LEASE) <= 10_000
    connect().pexpire(LEASE, 1)  # ten seconds pass
    run(second, 1)
    assert looks_on(first), "it was only frozen, and finds out"


@pytest.mark.parametrize(("minutes", "due"), [(59, 0), (61, 1)])
def test_whoever_takes_over_goes_on_from_there(minutes: int, due: int) -> None:
    ran = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=minutes)
    connect().hset(RAN, mapping={"hourly": ran.isoformat(), "of an old release": ran.isoformat()})
    one = beat("hourly", 3600)
    for _ in range(5):
        one.tick()
    assert queued() == due


def migrating() -> subprocess.Popen[Any]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
    )


def test_of_two_migrations_one_waits() -> None:
    """The first is played by whoever holds its lock."""
    with psycopg.connect(engines.database_url) as first:
        first.execute("set local idle_in_transaction_session_timeout = 0")
        first.execute("select pg_advisory_xact_lock(hashtext('confab migrate'))")
        second = migrating()
        assert second.stderr is not None
        assert b"Waiting for another migration" in second.stderr.readline()
        assert second.poll() is None
    with second.stderr:
        assert second.wait(60) == 0
