"""Files on their way through `process`, in this process, with the disk store of the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import timezone

from project.files.models import File, State
from project.files.services.processing import process
from project.files.stores import PLACES
from project.files.stores.disk import DiskStore
from project.sync import log


class Desk:
    """One person's files. Bytes are put where an upload would have brought them."""

    def __init__(self, owner_id: int, folder: Path) -> None:
        self.owner_id, self._folder, self.store = owner_id, folder, DiskStore()

    def laid(self, content: bytes | None, content_type: str = "text/plain", **given: Any) -> File:
        """A file that is complete by its owner's word, and these bytes; None brings none."""
        values: dict[str, Any] = {"name": "file", "size": len(content or b"x")} | given
        file = File.objects.create(
            owner_id=self.owner_id,
            content_type=content_type,
            state=State.PROCESSING,
            completed_at=timezone.now(),
            **values,
        )
        if content is not None:
            self.put(file, content)
        return file

    def put(self, file: File, content: bytes) -> None:
        source = self._folder / file.key
        source.write_bytes(content)
        self.store.put("incoming", file.key, source, file.content_type)
        source.unlink()

    def decided(
        self, content: bytes | None, content_type: str = "text/plain", **given: Any
    ) -> File:
        """The file after it was processed."""
        file = self.laid(content, content_type, **given)
        process(file.pk)
        file.refresh_from_db()
        return file

    def held(self, place: str, file: File) -> bytes | None:
        try:
            with self.store.open(place, file.key) as opened:
                return opened.read()
        except FileNotFoundError:
            return None

    def objects(self) -> set[tuple[str, str]]:
        """Everything that is in the store, of everyone."""
        return {(o.place, o.key) for place in PLACES for o in self.store.listing(place)}

    def updates(self, file: File) -> int:
        """How often the owner's devices were told of the file."""
        _, rows = log.read(self.owner_id, 0)
        return sum(row.kind == "file.updated" and row.subject == file.pk for row in rows)
