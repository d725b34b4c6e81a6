"""A file at which worker after worker ends is given up; a store that is away is no such case."""

from __future__ import annotations

import pytest

from project.files.models import File, State
from project.files.services import processing
from project.files.services.states import ATTEMPTS
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


def test_it_is_given_up(waiting: File, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(file_id: int) -> None:
        raise WorkerEnded

    monkeypatch.setattr(processing, "process", end)
    for _ in range(ATTEMPTS):
        with pytest.raises(WorkerEnded):
            process.run(waiting.pk)
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
