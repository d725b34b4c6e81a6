"""Files on this machine's disk: `DATA_DIR/files/<place>/<first two of the key>/<key>`.

An object is written beside its place in the tree, brought to the disk, and only then given its name
in one step: under its name it is always whole, also after a power cut.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from project.files.doors.wire import Upload
from project.files.models import File
from project.files.stores import PLACES, UPLOAD_SECONDS, Stored
from project.files.transfer import tokens

_NAME = re.compile(r"[0-9a-f]{32}(\.[0-9a-z]{1,8})?")
_COPIED = 1024 * 1024


class DiskStore:
    """Drafts of objects that are being written are in the listing too, with a label after their
    key. No file has such a key, so the sweep finds those of writers who died."""

    def __init__(self) -> None:
        self._root = Path(settings.DATA_DIR) / "files"

    def upload(self, file: File) -> Upload:
        return Upload(
            method="PUT",
            url=f"{settings.PUBLIC_URL}/api/v1/uploads/{tokens.upload_token(file.pk)}",
            expires_in=UPLOAD_SECONDS,
            headers={"Content-Type": file.content_type},
        )

    def link(self, file: File, user_id: int, thumbnail: bool) -> str:
        token = tokens.download_token(tokens.Download(file.pk, user_id, thumbnail))
        return f"{settings.PUBLIC_URL}/api/v1/downloads/{token}"

    def fetch(self, place: str, key: str, into: Path, limit: int) -> int:
        taken = 0
        with self.open(place, key) as source, into.open("wb") as target:
            while taken <= limit and (chunk := source.read(min(_COPIED, limit + 1 - taken))):
                taken += target.write(chunk)
        return taken

    def put(self, place: str, key: str, source: Path, content_type: str) -> None:
        with source.open("rb") as given, self.draft(place, key, secrets.token_hex(4)) as draft:
            try:
                shutil.copyfileobj(given, draft, _COPIED)
                sync(draft)
                self.finish(place, key, draft)
                self.keep(place, key)
            except BaseException:
                discard(draft)
                raise

    def delete(self, place: str, key: str) -> None:
        self._path(place, key).unlink(missing_ok=True)

    def listing(self, place: str, after: str = "") -> Iterator[Stored]:
        for folder in sorted((self._root / place).glob("??")):
            if folder.name < after[:2]:
                continue
            for path in sorted(path for path in folder.iterdir() if path.name > after):
                with suppress(FileNotFoundError):  # it may be deleted or renamed meanwhile
                    at = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
                    if _NAME.fullmatch(path.name):
                        yield Stored(place, path.name, at)

    def open(self, place: str, key: str) -> BinaryIO:
        """An object's bytes; they stay readable when it is deleted or replaced meanwhile."""
        return self._path(place, key).open("rb")

    def draft(self, place: str, key: str, label: str) -> BinaryIO:
        """Where an object's bytes are written. Of the writers with one label the latest goes on;
        the drafts of the others are lost (`is_lost`)."""
        path = self._path(place, f"{key}.{label}")
        self._make(path.parent)
        path.unlink(missing_ok=True)
        return path.open("xb")

    def finish(self, place: str, key: str, draft: BinaryIO) -> None:
        """Give a draft that is written and synced its object's name. The caller knows that it is
        not lost, and that it cannot get lost now."""
        Path(draft.name).replace(self._path(place, key))

    def keep(self, place: str, key: str) -> None:
        """Bring an object's name to the disk."""
        _sync_folder(self._path(place, key).parent)

    def _make(self, folder: Path) -> None:
        """For this server's eyes alone; what is in it must not be lost with its own name."""
        if not folder.is_dir():
            for each in (self._root, folder.parent, folder):
                each.mkdir(parents=each == self._root, exist_ok=True, mode=0o700)
            _sync_folder(folder.parent)

    def _path(self, place: str, key: str) -> Path:
        if place not in PLACES or not _NAME.fullmatch(key):
            raise ValueError(f"{place}/{key} names no object")
        return self._root / place / key[:2] / key


def sync(draft: BinaryIO) -> None:
    """Bring what was written to the disk. It may take seconds."""
    draft.flush()
    os.fsync(draft.fileno())


def _sync_folder(folder: Path) -> None:
    """Bring the names in it to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_lost(draft: BinaryIO) -> bool:
    """Whether a later writer began the same draft, or it was deleted."""
    return os.fstat(draft.fileno()).st_nlink == 0


def discard(draft: BinaryIO) -> None:
    """Delete a draft, unless it became the object or its name is a later writer's by now."""
    with suppress(FileNotFoundError):
        if os.path.samestat(os.stat(draft.name), os.fstat(draft.fileno())):
            os.unlink(draft.name)
