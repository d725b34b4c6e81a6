"""A process may end between any two steps: no file is ready without its content, and what is left
over is gone after the sweep."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.files.pictures import drawn, encoded
from tests.people import Person

LATER = dt.timedelta(hours=2)


class DiedError(BaseException):
    """Nothing that is written may catch it."""


class Steps:
    """Lets so many steps happen, then ends the process instead of doing the next."""

    def __init__(self, left: int) -> None:
        self.left = left

    def guard(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            if self.left == 0:
                raise DiedError
            self.left -= 1
            return function(*args, **named)

        return call


def swept() -> None:
    """As it will be in two hours."""
    from django.utils import timezone

    from project.files.services.straying import delete_astray
    from project.files.stores import PLACES

    for place in PLACES:
        delete_astray(place, timezone.now() + LATER)


def held(key: str) -> set[str]:
    from project.files.stores import PLACES
    from project.files.stores.disk import DiskStore

    return {place for place in PLACES for o in DiskStore().listing(place) if o.key == key}


@pytest.mark.parametrize("steps", range(6))
def test_processing_ends_at_any_step(
    alice: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """The steps are fetching, putting the thumbnail and the content, making the file ready, and
    emptying `incoming`."""
    from project.files.services import processing
    from project.files.services.states import move
    from project.files.stores import PLACES
    from project.files.stores.disk import DiskStore
    from tests.files.desk import Desk

    desk = Desk(int(alice.id), tmp_path)
    before = desk.objects()
    file = desk.laid(encoded(drawn(), "PNG"), "image/png")
    guard = Steps(steps).guard
    with monkeypatch.context() as patch:
        for name in ("fetch", "put", "delete"):
            patch.setattr(DiskStore, name, guard(getattr(DiskStore, name)))
        patch.setattr(processing, "move", guard(move))
        try:
            processing.process(file.pk)
        except DiedError:
            assert steps < 5
        else:
            assert steps == 5
    file.refresh_from_db()
    assert file.state == ("ready" if steps > 3 else "processing")
    if file.state == "ready":
        assert held(file.key) >= {"content", "thumbnails"}
    processing.process(file.pk)
    file.refresh_from_db()
    assert file.state == "ready"
    swept()
    assert desk.objects() - before == {("content", file.key), ("thumbnails", file.key)}
    assert held(file.key) == set(PLACES) - {"incoming"}
    file.delete()
    swept()


@pytest.mark.parametrize("steps", range(3))
def test_writing_an_object_ends_at_any_step(
    alice: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """The steps are copying, bringing it to the disk, and the name. There is all of it or none, and
    no part outlives the sweep."""
    from project.files.models import new_key
    from project.files.stores import disk

    key, source = new_key(), tmp_path / "source"
    source.write_bytes(b"x" * 100_000)
    guard = Steps(steps).guard
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfileobj", guard(shutil.copyfileobj))
        patch.setattr(disk, "sync", guard(disk.sync))
        patch.setattr(disk.DiskStore, "finish", guard(disk.DiskStore.finish))
        patch.setattr(disk, "discard", lambda part: None)  # a process that ended tidies nothing
        with pytest.raises(DiedError):
            disk.DiskStore().put("content", key, source, "text/plain")
    assert held(key) == set()
    listed = {o.key for o in disk.DiskStore().listing("content") if o.key.startswith(key)}
    assert len(listed) == 1
    swept()
    assert not {o.key for o in disk.DiskStore().listing("content") if o.key.startswith(key)}
