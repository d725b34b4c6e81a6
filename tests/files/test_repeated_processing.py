"""Runs of the same work beside each other, cut short, and with a store that is away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial, partialmethod
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from project.files.models import Erasure, File, State
from project.files.services.processing import process
from project.files.services.releasing import release
from project.files.services.straying import delete_astray
from project.files.stores import PLACES
from project.files.stores.disk import DiskStore
from tests.files.desk import Desk
from tests.files.pictures import drawn, encoded


def test_a_second_run_changes_nothing(desk: Desk) -> None:
    file = desk.laid(b"hello")
    process(file.pk)
    after, objects = File.objects.get(pk=file.pk), desk.objects()
    desk.put(file, b"howdy")  # an upload form may work twice
    process(file.pk)
    again = File.objects.get(pk=file.pk)
    assert (again.key, again.size) == (after.key, after.size)
    assert desk.held("content", after) == b"hello"
    assert desk.objects() - objects == {("incoming", file.key)}
    assert desk.updates(file) == 1


def interrupted(monkeypatch: pytest.MonkeyPatch, step: str, meanwhile: Callable[[], None]) -> None:
    """Have something happen once, after the next run's first `step` at the store."""
    original = getattr(DiskStore, step)

    def changed(self: DiskStore, *arguments: Any) -> Any:
        monkeypatch.setattr(DiskStore, step, original)
        done = original(self, *arguments)
        meanwhile()
        return done

    monkeypatch.setattr(DiskStore, step, changed)


@pytest.mark.parametrize("step", ["fetch", "put"])
def test_of_two_runs_one_decides(step: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one, with other bytes even, leaves nothing."""
    before = desk.objects()
    file = desk.laid(b"hello")

    def other_run() -> None:
        desk.put(file, b"howdy")
        process(file.pk)

    interrupted(monkeypatch, step, other_run)
    process(file.pk)
    file.refresh_from_db()
    assert file.state == "ready"
    assert desk.held("content", file) == b"howdy"
    assert desk.objects() - before == {("content", file.key)}
    assert desk.updates(file) == 1


@pytest.mark.parametrize("step", ["fetch", "put"])
@pytest.mark.parametrize("content", [b"hello", encoded(drawn(), "PNG")], ids=["text", "picture"])
def test_of_a_file_that_is_deleted_meanwhile_nothing_stays(
    content: bytes, step: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = desk.objects()
    file = desk.laid(content)

    @transaction.atomic
    def delete() -> None:
        assert release(file.pk, "deleted")

    interrupted(monkeypatch, step, delete)
    process(file.pk)
    assert not desk.objects() - before
    assert Erasure.objects.get(file_id=file.pk).key == file.key


@pytest.mark.parametrize("step", ["fetch", "put"])
@pytest.mark.parametrize("content", [b"hello", encoded(drawn(), "PNG")], ids=["text", "picture"])
def test_a_store_that_is_away_is_no_verdict(
    content: bytes, step: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = desk.laid(content)

    def away(*arguments: object) -> None:
        raise ConnectionRefusedError("the store is away")

    with monkeypatch.context() as patch:
        patch.setattr(DiskStore, step, away)
        with pytest.raises(ConnectionRefusedError):
            process(file.pk)
    file.refresh_from_db()
    assert file.state == State.PROCESSING
    process(file.pk)
    file.refresh_from_db()
    assert file.state == State.READY


class Killed(BaseException):
    """As sudden as it gets within one process."""


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", range(4))
def test_a_run_may_die_at_any_step(
    call: int, late: bool, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before or after any of its calls to the store: fetch, two times put, delete."""
    before, file = desk.objects(), desk.laid(encoded(drawn(), "PNG"))
    calls = iter(range(4))

    def dying(original: Callable[..., Any], *arguments: Any) -> Any:
        dies = next(calls) == call
        if dies and not late:
            raise Killed
        done = original(*arguments)
        if dies:
            raise Killed
        return done

    with monkeypatch.context() as patch:
        for step in ("fetch", "put", "delete"):
            patch.setattr(DiskStore, step, partialmethod(partial(dying, getattr(DiskStore, step))))
        with pytest.raises(Killed):
            process(file.pk)
    process(file.pk)
    for place in PLACES:
        delete_astray(place, timezone.now() + dt.timedelta(minutes=1))
    file.refresh_from_db()
    assert file.state == State.READY
    assert desk.objects() - before == {("content", file.key), ("thumbnails", file.key)}
    assert desk.updates(file) == 1


def test_a_store_that_goes_away_at_the_end_delays_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*arguments: object) -> None:
        raise TimeoutError("the store is away")

    monkeypatch.setattr(DiskStore, "delete", away)
    assert desk.decided(b"hello").state == State.READY
    assert desk.decided(b"hello", "image/png").reason == "not_an_image"
