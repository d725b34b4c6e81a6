"""Stores as the server's own code uses them, in this process."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.conftest import GATEWAY
from tests.files.stores import gateway
from tests.files.stores.places import Place, place_on_disk, place_on_s3
from tests.people import Person, make_person

if TYPE_CHECKING:
    from project.files.stores import Store
    from project.files.stores.s3 import S3Store


class Pair(NamedTuple):
    """Two people with a chat."""

    alice: Person
    bob: Person
    chat: str


@contextmanager
def s3_store(**changed: str) -> Iterator[S3Store]:
    """With settings changed if need be."""
    from django.test import override_settings

    from project.files.stores import s3

    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        stack.enter_context(override_settings(**gateway.settings(**changed)))
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, GATEWAY[name])
        patch.setattr(s3, "_made", [])
        yield s3.S3Store()


@pytest.fixture
def s3() -> Iterator[S3Store]:
    with s3_store() as store:
        yield store


@pytest.fixture
def versioned() -> Iterator[S3Store]:
    """In a bucket that keeps old versions."""
    from project.files.stores.s3 import clients

    with s3_store(S3_BUCKET=f"versions-{secrets.token_hex(6)}") as store:
        from django.conf import settings

        kept = {"Status": "Enabled"}
        clients().plain.create_bucket(Bucket=settings.S3_BUCKET)
        clients().plain.put_bucket_versioning(
            Bucket=settings.S3_BUCKET, VersioningConfiguration=kept
        )
        yield store
        clients().plain.delete_bucket(Bucket=settings.S3_BUCKET)


@pytest.fixture(params=["disk", "s3", "versioned"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each of the stores; they must not differ in what they promise."""
    if request.param != "disk":
        yield request.getfixturevalue(request.param)
        return
    from django.test import override_settings

    from project.files.stores.disk import DiskStore

    with override_settings(DATA_DIR=tmp_path):
        yield DiskStore()


@pytest.fixture(scope="session")
def on_disk() -> Iterator[Place]:
    with place_on_disk() as place:
        yield place


@pytest.fixture(scope="session")
def on_s3() -> Iterator[Place]:
    with place_on_s3() as place:
        yield place


@pytest.fixture(params=["on_disk", "on_s3"])
def place(request: pytest.FixtureRequest) -> Place:
    """Either installation: people must not notice which."""
    place: Place = request.getfixturevalue(request.param)
    return place


@pytest.fixture
def pair(place: Place) -> Iterator[Pair]:
    yield from _pair(place)


@pytest.fixture
def s3_pair(on_s3: Place) -> Iterator[Pair]:
    yield from _pair(on_s3)
    assert on_s3.gate
    on_s3.gate.open()


def _pair(place: Place) -> Iterator[Pair]:
    alice, bob = (make_person(place.url, name) for name in ("alice", "bob"))
    chat = alice.post("/chats", {"user": bob.id}, 201)["id"]
    yield Pair(alice, bob, str(chat))
    place.worker.start()
    for person in (alice, bob):
        person.http.close()
