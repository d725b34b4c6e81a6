"""What tests of files share."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest


@pytest.fixture
def content() -> bytes:
    """Bytes that no other test uploads."""
    return f"some notes {secrets.token_hex(16)}\n".encode()


@pytest.fixture
def kept() -> Callable[[str], list[str]]:
    """Where the disk store holds something of a file, whole or in part, by the file's id."""
    from project.files.models import File
    from project.files.stores import PLACES
    from project.files.stores.disk import DiskStore

    def call(file_id: str) -> list[str]:
        key = File.objects.get(pk=int(file_id)).key
        found = ((place, stored.key) for place in PLACES for stored in DiskStore().listing(place))
        return [place for place, name in found if name.startswith(key)]

    return call
