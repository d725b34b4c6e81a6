"""What tests of files share."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.people import Person

if TYPE_CHECKING:
    from tests.files.desk import Desk


@pytest.fixture
def content() -> bytes:
    """Bytes that no other test uploads."""
    return f"some notes {secrets.token_hex(16)}\n".encode()


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What would have been queued anew."""
    from project.files.services import sweeping

    found: list[int] = []

    def queue(task: Any, file_id: int) -> bool:
        found.append(file_id)
        return True

    monkeypatch.setattr(sweeping, "queue", queue)
    return found


@pytest.fixture
def kept() -> Callable[[str], list[str]]:
    """Where the disk store holds something of a file, whole or in part, by the file's id. A ready
    file has another key than it had before; both are looked for if this is asked before, too."""
    from project.files.models import File
    from project.files.stores import PLACES
    from project.files.stores.disk import DiskStore

    keys: dict[str, set[str]] = {}

    def call(file_id: str) -> list[str]:
        known = keys.setdefault(file_id, set())
        known.add(File.objects.get(pk=int(file_id)).key)
        found = ((place, stored.key) for place in PLACES for stored in DiskStore().listing(place))
        return [place for place, name in found if name[:32] in known]

    return call


@pytest.fixture
def desk(alice: Person, tmp_path: Path) -> Iterator[Desk]:
    """Where Alice's files are processed in this process."""
    from django.db import connection

    from tests.files.desk import Desk

    yield Desk(int(alice.id), tmp_path)
    connection.close()
