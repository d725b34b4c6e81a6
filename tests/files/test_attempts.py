"""One worker at a time is at a file, and one at which worker after worker ends is given up; a store
that is away is no such case."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.utils import timezone

from project.files.models import File, State
from project.files.services import processing, sweeping, taking
from project.files.services.taking import ATTEMPTS
from project.files.tasks import process
from tests.people import Person


@pytest.fixture
def waiting(alice: Person) -> File:
    return File.objects.create(
        owner_id=int(alice.id),
        name="x.bin",
        size=3,
        content_type="text/plain",
        state=State.PROCESSING,
    )


class WorkerEnded(BaseException):
    """Nothing after it is run, as if the process were gone."""


def go_on(minutes: float) -> None:
    """As it will be done in so many minutes."""
    sweeping.go_on(timezone.now() + dt.timedelta(minutes=minutes))


def test_it_is_given_up(
    waiting: File, alice: Person, queued: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(file_id: int) -> None:
        raise WorkerEnded

    monkeypatch.setattr(processing, "process", end)
    for _ in range(ATTEMPTS):
        with pytest.raises(WorkerEnded):
            process.run(waiting.pk)
        go_on(1.5)
    assert queued.count(waiting.pk) == ATTEMPTS
    assert alice.get(f"/files/{waiting.pk}")["state"] == "processing"
    process.run(waiting.pk)
    shown = alice.get(f"/files/{waiting.pk}")
    assert (shown["state"], shown["reason"]) == ("rejected", "failed")


def test_but_not_for_a_store_that_is_away(waiting: File, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(file_id: int) -> None:
        raise ConnectionError

    monkeypatch.setattr(processing, "process", fail)
    monkeypatch.setattr(process, "max_retries", 0)
    for _ in range(ATTEMPTS + 2):
        with pytest.raises(ConnectionError):
            process.run(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == (State.PROCESSING, 0)


def test_one_worker_at_a_time(waiting: File, queued: list[int]) -> None:
    assert taking.take_up(waiting.pk)
    assert not taking.take_up(waiting.pk)
    go_on(0.9)
    assert waiting.pk not in queued
    assert not taking.take_up(waiting.pk)
    go_on(1.1)
    assert waiting.pk in queued
    assert taking.take_up(waiting.pk)


def test_a_slow_worker_is_not_taken_for_a_dead_one(
    waiting: File, queued: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(file_id: int) -> None:
        first = File.objects.get(pk=file_id).taken_at
        until = time.monotonic() + 20
        while File.objects.get(pk=file_id).taken_at == first:
            assert time.monotonic() < until
            time.sleep(0.01)
        assert not taking.take_up(file_id)

    monkeypatch.setattr(taking, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(processing, "process", slow)
    process.run(waiting.pk)


def test_a_worker_that_speaks_again_keeps_the_file(waiting: File, queued: list[int]) -> None:
    taking.take_up(waiting.pk)
    (silent,) = taking.forgotten(timezone.now() + dt.timedelta(minutes=2)).filter(pk=waiting.pk)
    File.objects.filter(pk=waiting.pk).update(taken_at=timezone.now())
    taking.free(silent)
    assert not taking.take_up(waiting.pk)
