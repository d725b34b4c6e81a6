"""What the sweep does to files that nobody came back for, and to bytes that belong to none."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.devices import opened
from tests.files.uploads import announced, brought, uploaded
from tests.people import Person

HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)


async def run(function: Callable[..., Any], *args: Any) -> Any:
    from project.sync import threads

    return await threads.run(function, *args)


def swept() -> None:
    from django.utils import timezone

    from project.files.services.sweeping import sweep

    sweep(timezone.now())


def aged(file_id: str, age: dt.timedelta, **given: Any) -> None:
    """The file was announced, and completed, this long ago."""
    from django.utils import timezone

    from project.files.models import File

    then = timezone.now() - age
    assert File.objects.filter(pk=int(file_id)).update(created_at=then, completed_at=then, **given)


def there(person: Person, file_id: str) -> bool:
    return person.http.get(f"/files/{file_id}").status_code == 200


def cause_of(file_id: str) -> str:
    from project.files.models import Erasure

    return Erasure.objects.get(file_id=int(file_id)).cause


@pytest.mark.parametrize(
    ("state", "limit", "cause"),
    [
        ("pending", HOUR, "unused"),
        ("ready", 24 * HOUR, "unused"),
        ("rejected", 24 * HOUR, "rejected"),
    ],
)
async def test_what_nobody_came_back_for(
    alice: Person, state: str, limit: dt.timedelta, cause: str
) -> None:
    young, old = (announced(alice, b"x")["id"] for _ in range(2))
    await run(lambda: aged(young, limit - MINUTE, state=state))
    await run(lambda: aged(old, limit + MINUTE, state=state))
    async with opened(alice) as device:
        await run(swept)
        told = await device.update("file.updated")
    assert (told["id"], told["state"], told["reason"]) == (old, "rejected", "deleted")
    assert there(alice, young)
    assert not there(alice, old)
    assert await run(cause_of, old) == cause


def test_what_was_sent_stays(alice: Person) -> None:
    from django.utils import timezone

    file = announced(alice, b"x")["id"]
    aged(file, 1000 * HOUR, state="ready", used_at=timezone.now())
    swept()
    from project.files.models import File

    assert File.objects.filter(pk=int(file)).exists()


def test_what_is_taken_meanwhile_stays(alice: Person) -> None:
    """The condition is asked again under the file's lock."""
    from django.db import transaction
    from django.db.models import Q
    from django.utils import timezone

    from project.files.services.releasing import release

    file = announced(alice, b"x")["id"]
    unused = Q(state="ready", used_at=None)
    aged(file, 25 * HOUR, state="ready", used_at=timezone.now())
    with transaction.atomic():
        assert not release(int(file), "unused", unused)


def test_a_lost_task_is_queued_again(worker: None, alice: Person, content: bytes) -> None:
    file = announced(alice, content)
    brought(file["upload"], content)
    aged(file["id"], 3 * MINUTE, state="processing")
    swept()
    until = time.monotonic() + 20
    while alice.get(f"/files/{file['id']}")["state"] == "processing":
        assert time.monotonic() < until
        time.sleep(0.02)
    assert alice.get(f"/files/{file['id']}")["state"] == "ready"


def test_a_running_task_is_left_alone(alice: Person, content: bytes, queued: list[int]) -> None:
    young, old = (announced(alice, content)["id"] for _ in range(2))
    aged(young, MINUTE, state="processing")
    aged(old, 3 * MINUTE, state="processing")
    swept()
    assert int(old) in queued
    assert int(young) not in queued


def test_what_a_day_did_not_settle_is_given_up(alice: Person, content: bytes) -> None:
    file = announced(alice, content)["id"]
    aged(file, 25 * HOUR, state="processing")
    from django.utils import timezone

    from project.files.services.sweeping import go_on

    go_on(timezone.now())
    shown = alice.get(f"/files/{file}")
    assert (shown["state"], shown["reason"]) == ("rejected", "failed")


def test_an_erasure_that_was_not_finished(alice: Person) -> None:
    from project.files.models import Erasure, new_key

    erasure = Erasure.objects.create(
        file_id=1, owner_id=int(alice.id), key=new_key(), cause="unused"
    )
    swept()
    erasure.refresh_from_db()
    assert erasure.finished_at is not None


Put = Callable[..., None]


@pytest.fixture
def put() -> Put:
    """Write an object, or a part of one, that is this old."""
    from project.files.stores.disk import DiskStore

    def call(place: str, key: str, age: dt.timedelta) -> None:
        path = DiskStore()._path(place, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"bytes")
        then = time.time() - age.total_seconds()
        os.utime(path, (then, then))

    return call


def names(place: str) -> set[str]:
    from project.files.stores.disk import DiskStore

    return {stored.key for stored in DiskStore().listing(place)}


@pytest.mark.parametrize("place", ["incoming", "content", "thumbnails"])
def test_bytes_that_no_file_knows(put: Put, place: str) -> None:
    from project.files.models import new_key

    young, old, part = new_key(), new_key(), f"{new_key()}.upload"
    put(place, young, HOUR - MINUTE)
    put(place, old, HOUR + MINUTE)
    put(place, part, HOUR + MINUTE)
    swept()
    assert young in names(place)
    assert old not in names(place)
    assert part not in names(place)


@pytest.mark.parametrize(
    ("state", "kept"),
    [
        ("pending", {"incoming", "content", "thumbnails"}),
        ("processing", {"incoming", "content", "thumbnails"}),
        ("ready", {"content", "thumbnails"}),
        ("rejected", set()),
    ],
)
def test_bytes_that_their_file_no_longer_needs(
    alice: Person, put: Put, state: str, kept: set[str]
) -> None:
    from django.utils import timezone

    from project.files.models import File

    file = announced(alice, b"bytes")["id"]
    File.objects.filter(pk=int(file)).update(state=state, completed_at=timezone.now())
    key = File.objects.get(pk=int(file)).key
    for place in ("incoming", "content", "thumbnails"):
        put(place, key, 2 * HOUR)
    swept()
    assert {p for p in ("incoming", "content", "thumbnails") if key in names(p)} == kept


def test_a_store_that_is_away_stops_no_other_rule(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from project.files.stores.disk import DiskStore

    def failing(*args: Any, **named: Any) -> Any:
        raise OSError("the store is away")

    old = announced(alice, b"x")["id"]
    aged(old, 2 * HOUR)
    with monkeypatch.context() as patch:
        patch.setattr(DiskStore, "delete", failing)
        patch.setattr(DiskStore, "listing", failing)
        swept()
    assert not there(alice, old)


def test_a_sweep_that_dies_is_gone_on_with(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from project.files.services import sweeping
    from project.files.services.releasing import release

    files = [announced(alice, b"x")["id"] for _ in range(3)]
    for file in files:
        aged(file, 2 * HOUR)
    calls = 0

    def dying(*args: Any) -> bool:
        nonlocal calls
        calls += 1
        done = release(*args)
        if calls == 2:
            raise KeyboardInterrupt  # nothing may catch it
        return done

    with monkeypatch.context() as patch:
        patch.setattr(sweeping, "release", dying)
        with pytest.raises(KeyboardInterrupt):
            swept()
    assert sum(there(alice, file) for file in files) >= 2
    swept()
    assert not any(there(alice, file) for file in files)


def test_the_sweep_is_on_the_schedule() -> None:
    from project.celery import app

    app.loader.import_default_modules()
    rules = {"sweep_unneeded", "sweep_erasures", "sweep_astray"}
    entries = [app.conf.beat_schedule[f"{rule}-of-files"] for rule in sorted(rules)]
    assert {entry["schedule"] for entry in entries} == {600}
    assert {entry["task"].rpartition(".")[2] for entry in entries} == rules
    assert {entry["task"] for entry in entries} <= app.tasks.keys()


def test_a_database_that_knows_nothing_of_the_store_deletes_nothing(
    put: Put, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As after a restore: the objects are there, their rows are not."""
    from django.conf import settings
    from django.core.management import call_command

    from project.files.models import new_key
    from project.files.services import straying

    swept()
    monkeypatch.setattr(settings, "ASTRAY_LIMIT", 3)
    lost = {new_key() for _ in range(5)}
    for key in lost:
        put("content", key, 2 * HOUR)
    monkeypatch.setattr(straying, "BATCH", 2)
    for seconds in (-1.0, -1.0, 60.0, 60.0):  # in slices, too
        monkeypatch.setattr(straying, "SECONDS", seconds)
        swept()
        assert lost <= names("content")
    assert "never heard of" in caplog.text
    call_command("sweep_files", limit=3)
    assert lost <= names("content")
    call_command("sweep_files")
    assert not lost & names("content")


def test_a_listing_goes_on_where_time_was_over(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    from project.files.models import new_key
    from project.files.services import straying

    swept()
    keys = sorted(new_key() for _ in range(6))
    for key in keys:
        put("incoming", key, 2 * HOUR)
    monkeypatch.setattr(straying, "BATCH", 2)
    monkeypatch.setattr(straying, "SECONDS", -1.0)
    for _ in range(200):
        before = names("incoming")
        swept()
        assert len(before - names("incoming")) <= 2
        if not names("incoming") & set(keys):
            break
    assert not names("incoming") & set(keys)


def test_sweeping_leaves_ready_files_alone(worker: None, alice: Person, content: bytes) -> None:
    file = uploaded(alice, content)
    swept()
    assert alice.get(f"/files/{file['id']}") == file
