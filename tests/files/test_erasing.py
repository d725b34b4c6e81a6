"""Files that are let go: the row at once, the bytes until each place is empty."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.files.uploads import announced, brought, completed, fetched, uploaded
from tests.people import PASSWORD, Person

PLACES = {"incoming", "content", "thumbnails"}


class DiedError(Exception):
    """Stands for the end of a process in the middle of something."""


@pytest.fixture
def objects() -> Callable[[str], dict[str, bytes]]:
    """What the disk store holds under a key, by place."""
    from project.files.stores.disk import DiskStore

    def call(key: str) -> dict[str, bytes]:
        found = {}
        for place in PLACES:
            for stored in DiskStore().listing(place):
                if stored.key == key:
                    with DiskStore().open(place, key) as file:
                        found[place] = file.read()
        return found

    return call


Objects = Callable[[str], dict[str, bytes]]


@pytest.fixture
def row() -> Callable[[str], Any]:
    from project.files.models import File

    return lambda file_id: File.objects.get(pk=int(file_id))


def filled(key: str, tmp_path: Any) -> None:
    """Something in each place."""
    from project.files.stores.disk import DiskStore

    source = tmp_path / "source"
    source.write_bytes(b"secret")
    for place in PLACES:
        DiskStore().put(place, key, source, "text/plain")


def released(file_id: str, cause: str = "unused") -> Any:
    """The Erasure of a file that was let go."""
    from django.db import transaction

    from project.files.models import Erasure
    from project.files.services.releasing import release

    with transaction.atomic():
        assert release(int(file_id), cause)
    return Erasure.objects.get(file_id=int(file_id))


def waited_for(erasure: Any) -> Any:
    until = time.monotonic() + 20
    while erasure.finished_at is None:
        assert time.monotonic() < until, erasure.stores
        time.sleep(0.02)
        erasure.refresh_from_db()
    return erasure


def test_no_byte_stays(
    worker: None, alice: Person, content: bytes, row: Any, objects: Objects, tmp_path: Any
) -> None:
    file = uploaded(alice, content)
    key = row(file["id"]).key
    filled(key, tmp_path)
    erasure = waited_for(released(file["id"]))
    assert objects(key) == {}
    assert erasure.stores.keys() == PLACES
    assert all(outcome["done_at"] for outcome in erasure.stores.values())
    assert (erasure.cause, erasure.owner_id) == ("unused", int(alice.id))
    assert fetched(alice, file["id"]).status_code == 404


def test_nothing_is_let_go_if_the_transaction_is_not(
    worker: None, alice: Person, content: bytes
) -> None:
    from django.db import transaction

    from project.files.models import Erasure
    from project.files.services.releasing import release

    file = uploaded(alice, content)
    with transaction.atomic():
        assert release(int(file["id"]), "unused")
        transaction.set_rollback(True)
    assert not Erasure.objects.filter(file_id=int(file["id"])).exists()
    assert fetched(alice, file["id"]).content == content


def test_what_is_held_stays(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import transaction

    from project.files.reading.holders import HOLDERS, Holder
    from project.files.services.releasing import erase_unheld, release

    held, free = (int(announced(alice, b"x")["id"]) for _ in range(2))
    monkeypatch.setitem(HOLDERS, "test", Holder(lambda f: f == held, lambda u, f: set()))
    with transaction.atomic():
        assert not release(held, "unused")
        assert erase_unheld(int(alice.id)) == 1
    alice.get(f"/files/{held}")
    alice.get(f"/files/{free}", 404)


def erasure_of(person: Person, tmp_path: Any) -> Any:
    """An Erasure that no worker was told of, of a key with something in each place."""
    from project.files.models import Erasure, new_key

    key = new_key()
    filled(key, tmp_path)
    return Erasure.objects.create(file_id=1, owner_id=int(person.id), key=key, cause="unused")


@pytest.mark.parametrize("steps", range(7))
def test_a_death_at_any_step(
    alice: Person, objects: Objects, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """Steps are the deletions and what is written down of them; the next run goes on."""
    from django.db.models import Model

    from project.files.services import erasing
    from project.files.stores.disk import DiskStore

    erasure = erasure_of(alice, tmp_path)
    left = steps

    def dying(function: Any) -> Any:
        def call(*args: Any, **named: Any) -> Any:
            nonlocal left
            if left == 0:
                raise DiedError
            left -= 1
            return function(*args, **named)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(DiskStore, "delete", dying(DiskStore.delete))
        patch.setattr(Model, "save", dying(Model.save))
        if steps < 6:
            with pytest.raises(DiedError):
                erasing.erase(erasure.pk)
        else:
            assert erasing.erase(erasure.pk)
    erasure.refresh_from_db()
    noted = {place for place, outcome in erasure.stores.items() if outcome["done_at"]}
    assert not noted & objects(erasure.key).keys()
    assert (erasure.finished_at is None) is (steps < 6)
    assert erasing.erase(erasure.pk)
    erasure.refresh_from_db()
    assert erasure.finished_at is not None
    assert objects(erasure.key) == {}


def test_a_store_that_is_away_is_tried_again(
    alice: Person, objects: Objects, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from project.files.services import erasing
    from project.files.stores.disk import DiskStore

    erasure = erasure_of(alice, tmp_path)
    delete = DiskStore.delete

    def failing(store: Any, place: str, key: str) -> None:
        if place == "content":
            raise OSError("the store is away")
        delete(store, place, key)

    with monkeypatch.context() as patch:
        patch.setattr(DiskStore, "delete", failing)
        assert not erasing.erase(erasure.pk)
    erasure.refresh_from_db()
    assert erasure.finished_at is None
    assert objects(erasure.key).keys() == {"content"}
    assert erasure.stores["content"]["done_at"] is None
    assert erasure.stores["content"]["why"] == "OSError"
    first = erasure.stores["incoming"]
    assert erasing.erase(erasure.pk)
    erasure.refresh_from_db()
    assert (erasure.attempts, erasure.stores["incoming"]) == (2, first)
    assert objects(erasure.key) == {}


def test_erasing_what_is_erased(alice: Person, tmp_path: Any) -> None:
    from project.files.services import erasing

    erasure = erasure_of(alice, tmp_path)
    assert erasing.erase(erasure.pk)
    erasure.refresh_from_db()
    before = erasure.stores, erasure.finished_at, erasure.attempts
    assert erasing.erase(erasure.pk)
    erasure.refresh_from_db()
    assert (erasure.stores, erasure.finished_at, erasure.attempts) == before


def test_whoever_leaves_takes_their_files_along(
    worker: None, alice: Person, content: bytes, row: Any, objects: Objects
) -> None:
    from project.files.models import Erasure, File

    ready = uploaded(alice, content)
    waiting = announced(alice, content)
    brought(waiting["upload"], content)
    keys = [row(file["id"]).key for file in (ready, waiting)]
    alice.call("DELETE", "/me", 202, {"password": PASSWORD})
    until = time.monotonic() + 20
    while File.objects.filter(owner_id=int(alice.id)).exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    erasures = Erasure.objects.filter(owner_id=int(alice.id), cause="left")
    assert {waited_for(erasure).key for erasure in erasures} == set(keys)
    assert [objects(key) for key in keys] == [{}, {}]


def test_a_file_that_goes_while_it_is_looked_at(
    worker: None, alice: Person, content: bytes, row: Any, objects: Objects
) -> None:
    """Whichever comes first: no row, and after the erasure or the sweep no byte."""
    file = announced(alice, content)
    brought(file["upload"], content)
    key = row(file["id"]).key
    completed(alice, file["id"])
    erasure = waited_for(released(file["id"]))
    assert erasure.key == key
    alice.get(f"/files/{file['id']}", 404)
