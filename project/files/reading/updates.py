"""How a file's updates look when they are read."""

from __future__ import annotations

from collections.abc import Sequence

from project.files.doors import wire
from project.files.reading import selectors
from project.files.reading.shapes import file_output
from project.sync.kinds import Rendered, kind
from project.sync.log import Row


@kind("file.updated", wire.File)
def render_files(user_id: int, rows: Sequence[Row]) -> list[Rendered]:
    """The file as it is now. One that is gone, or that this person may no longer see, arrives as
    rejected, because it was deleted."""
    files = selectors.files_for(user_id, {row.subject or 0 for row in rows})
    return [
        Rendered(
            "file.updated",
            file_output(file) if (file := files.get(row.subject or 0)) else _gone(row),
        )
        for row in rows
    ]


def _gone(row: Row) -> wire.File:
    return wire.File(
        id=str(row.subject),
        name="",
        size=0,
        content_type="application/octet-stream",
        state="rejected",
        thumbnail=None,
        reason="deleted",
    )
