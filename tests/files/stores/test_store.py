"""What every store promises to the code that uses it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from project.files.models import new_key
from project.files.stores import Store
from project.files.stores.s3 import S3Store, clients
from tests.files.stores.conftest import s3_store


@pytest.fixture
def key() -> str:
    return new_key()


def put(store: Store, key: str, content: bytes, tmp_path: Path, place: str = "content") -> None:
    source = tmp_path / "source"
    source.write_bytes(content)
    store.put(place, key, source, "text/plain")


def keys(store: Store, place: str) -> list[str]:
    return [stored.key for stored in store.listing(place)]


def test_what_was_put_can_be_fetched(store: Store, key: str, tmp_path: Path) -> None:
    content = bytes(range(256)) * 10_000
    put(store, key, content, tmp_path)
    assert store.fetch("content", key, tmp_path / "copy", 10_000_000) == len(content)
    assert (tmp_path / "copy").read_bytes() == content
    store.delete("content", key)


def test_putting_again_replaces_the_whole_object(store: Store, key: str, tmp_path: Path) -> None:
    put(store, key, b"first and long", tmp_path)
    put(store, key, b"second", tmp_path)
    assert store.fetch("content", key, tmp_path / "copy", 100) == 6
    assert keys(store, "content").count(key) >= 1
    store.delete("content", key)
    assert key not in keys(store, "content")


def test_no_more_is_fetched_than_what_shows_that_it_is_too_much(
    store: Store, key: str, tmp_path: Path
) -> None:
    put(store, key, b"x" * 3_000_000, tmp_path)
    assert store.fetch("content", key, tmp_path / "copy", 2_000_000) == 2_000_001
    assert (tmp_path / "copy").stat().st_size == 2_000_001
    store.delete("content", key)


def test_a_missing_object_is_missed_when_read_and_not_when_deleted(
    store: Store, key: str, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        store.fetch("incoming", key, tmp_path / "copy", 10)
    store.delete("incoming", key)


def test_places_are_apart_and_listed_with_their_time(
    store: Store, key: str, tmp_path: Path
) -> None:
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=2)
    put(store, key, b"small", tmp_path, "thumbnails")
    (stored,) = [each for each in store.listing("thumbnails") if each.key == key]
    assert stored.place == "thumbnails"
    assert before <= stored.at <= dt.datetime.now(dt.UTC) + dt.timedelta(seconds=2)
    assert key not in keys(store, "content")
    store.delete("content", key)
    assert key in keys(store, "thumbnails")
    store.delete("thumbnails", key)
    assert key not in keys(store, "thumbnails")


def test_old_versions_are_deleted_too(versioned: S3Store, key: str, tmp_path: Path) -> None:
    from django.conf import settings

    for content in (b"one", b"two", b"three"):
        put(versioned, key, content, tmp_path)
    versioned.delete("content", key)
    versioned.delete("content", key)
    left = clients().plain.list_object_versions(Bucket=settings.S3_BUCKET)
    assert left.get("Versions", []) == left.get("DeleteMarkers", []) == []


def test_a_deletion_that_was_cut_short_is_listed_and_can_be_finished(
    versioned: S3Store, key: str, tmp_path: Path
) -> None:
    from django.conf import settings

    put(versioned, key, b"one", tmp_path)
    clients().plain.delete_object(Bucket=settings.S3_BUCKET, Key=f"content/{key}")
    assert key in keys(versioned, "content")
    versioned.delete("content", key)
    assert keys(versioned, "content") == []


def test_an_object_named_alike_survives(versioned: S3Store, key: str, tmp_path: Path) -> None:
    put(versioned, key, b"one", tmp_path)
    put(versioned, f"{key}.x", b"another", tmp_path)
    versioned.delete("content", key)
    assert keys(versioned, "content") == [f"{key}.x"]
    versioned.delete("content", f"{key}.x")


def test_a_store_that_is_away_is_an_error_of_its_own(key: str, tmp_path: Path) -> None:
    """Not a missing object, which would be reason enough to give a file up."""
    with s3_store(S3_ENDPOINT_URL="http://127.0.0.1:9") as store:
        for call in (
            lambda: store.fetch("content", key, tmp_path / "copy", 10),
            lambda: put(store, key, b"x", tmp_path),
            lambda: store.delete("content", key),
            lambda: keys(store, "content"),
        ):
            with pytest.raises(OSError, match="Could not connect") as raised:
                call()
            assert not isinstance(raised.value, FileNotFoundError)


def test_a_missing_bucket_is_no_missing_object(key: str, tmp_path: Path) -> None:
    with (
        s3_store(S3_BUCKET="nobody-made-this-bucket") as store,
        pytest.raises(OSError, match="NoSuchBucket") as raised,
    ):
        store.fetch("content", key, tmp_path / "copy", 10)
    assert not isinstance(raised.value, FileNotFoundError)
