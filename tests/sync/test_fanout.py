"""Telling many of one change: in chunks, once each, whatever dies in between."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from project.sync import fanout, log
from project.sync.log import Entry
from project.sync.models import FanOut, Head

TOPIC = "tests.everyone"
COUNT = 450


@pytest.fixture
def people() -> Iterator[list[int]]:
    """The ids of some hundred logs, all listed for any subject."""
    base = secrets.randbits(50) << 10
    ids = [base + number for number in range(COUNT)]
    Head.objects.bulk_create([Head(user_id=each) for each in ids])

    @fanout.listing(TOPIC)
    def everyone(subject: int, after: int, limit: int) -> Sequence[tuple[int, Entry]]:
        above = [each for each in ids if each > after][:limit]
        return [(each, Entry(each, "me.updated", subject)) for each in above]

    yield ids
    del fanout.LISTINGS[TOPIC]


@pytest.fixture
def subject() -> int:
    return secrets.randbits(50)


def start(subject: int) -> None:
    with transaction.atomic():
        fanout.start_on_commit(TOPIC, subject)


def told(people: list[int]) -> set[int]:
    """How many updates the people have: one number if all have the same."""
    return set(log.heads_of(people).values())


def test_everyone_is_told_once_and_the_outbox_is_empty(people: list[int], subject: int) -> None:
    start(subject)
    assert told(people) == {0}, "nobody is told in the transaction of the change"
    fanout.run(TOPIC, subject)
    assert told(people) == {1}
    assert not FanOut.objects.filter(subject=subject).exists()
    assert [row.subject for row in log.read(people[-1], 0)[1]] == [subject]


def test_a_change_that_is_rolled_back_tells_nobody(people: list[int], subject: int) -> None:
    with transaction.atomic():
        fanout.start_on_commit(TOPIC, subject)
        transaction.set_rollback(True)
    fanout.run(TOPIC, subject)
    assert told(people) == {0}


def test_a_job_that_died_is_taken_up_where_it_was(people: list[int], subject: int) -> None:
    start(subject)
    assert fanout.step(TOPIC, subject)
    assert sorted(log.heads_of(people).values()) == [0] * 250 + [1] * 200
    fanout.run(TOPIC, subject)
    assert told(people) == {1}


def test_the_same_change_again_begins_anew_once(people: list[int], subject: int) -> None:
    start(subject)
    fanout.step(TOPIC, subject)
    start(subject)
    start(subject)
    fanout.run(TOPIC, subject)
    assert sorted(set(log.heads_of(people).values())) == [1, 2]
    assert FanOut.objects.filter(subject=subject).count() == 0


def test_jobs_side_by_side_tell_each_one_once(people: list[int], subject: int) -> None:
    start(subject)

    def job(_: int) -> None:
        try:
            fanout.run(TOPIC, subject)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(job, range(4)))
    assert told(people) == {1}


def test_the_sweep_takes_up_only_what_nobody_moves(people: list[int], subject: int) -> None:
    start(subject)
    row = FanOut.objects.get(subject=subject)
    fanout.sweep()
    assert FanOut.objects.get(subject=subject).moved_at == row.moved_at
    long_ago = timezone.now() - dt.timedelta(minutes=5)
    FanOut.objects.filter(subject=subject).update(moved_at=long_ago)
    assert fanout.sweep() == 1
    assert FanOut.objects.get(subject=subject).moved_at > row.moved_at
    assert fanout.sweep() == 0


def test_a_chunk_is_a_handful_of_statements(people: list[int], subject: int) -> None:
    start(subject)
    with CaptureQueriesContext(connection) as queries:
        fanout.step(TOPIC, subject)
    assert len(queries) <= 8, [query["sql"][:80] for query in queries]
