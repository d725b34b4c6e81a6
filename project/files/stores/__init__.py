"""Where the bytes are: on disk, or in an S3 bucket. One interface, two stores.

Three places per file, named by its `key`: `incoming/` is what the owner uploads to, and nothing is
ever served from there; `content/` and `thumbnails/` are written by the server alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

from django.conf import settings

from project.files.doors.wire import Upload
from project.files.models import File

PLACES = ("incoming", "content", "thumbnails")
LINK_SECONDS = 300
UPLOAD_SECONDS = 300


class Stored(NamedTuple):
    """An object of the store: its place, the file's key, when it was last written."""

    place: str
    key: str
    at: dt.datetime


class Store(Protocol):
    """Raises OSError, or a subclass, while the store is away; a missing object is
    FileNotFoundError where it is read and nothing where it is deleted."""

    def upload(self, file: File) -> Upload:
        """How the owner brings the bytes: exactly this key, type and size, within 5 minutes."""

    def fetch(self, place: str, key: str, into: Path, limit: int) -> int:
        """Copy an object to a local file; its size. Stops after `limit` + 1 bytes."""

    def put(self, place: str, key: str, source: Path, content_type: str) -> None:
        """Write an object, whole or not at all."""

    def delete(self, place: str, key: str) -> None:
        """Delete an object and all its versions, if it is there."""

    def link(self, file: File, user_id: int, thumbnail: bool) -> str:
        """An address that gives the content, as a download, to whoever has it: for at most
        `LINK_SECONDS`."""

    def listing(self, place: str, after: str = "") -> Iterator[Stored]:
        """The objects of a place in the order of their keys, from behind this key on."""


@cache
def store() -> Store:
    """The store that the settings name: S3 if there is a bucket."""
    if settings.S3_BUCKET:
        from project.files.stores.s3 import S3Store

        return S3Store()
    from project.files.stores.disk import DiskStore

    return DiskStore()
