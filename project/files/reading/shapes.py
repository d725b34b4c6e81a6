"""Files as they look on the wire."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET

from project.files.doors.wire import File as FileOutput
from project.files.doors.wire import Thumbnail
from project.files.models import File


def file_output(file: File) -> FileOutput:
    return FileOutput(
        id=str(file.pk),
        name=file.name,
        size=file.size,
        content_type=file.content_type,
        state=file.state,  # type: ignore[arg-type]
        thumbnail=_thumbnail(file),
        reason=file.reason or UNSET,
        width=UNSET if file.width is None else file.width,
        height=UNSET if file.height is None else file.height,
    )


def _thumbnail(file: File) -> Thumbnail | None:
    if file.thumbnail_width is None or file.thumbnail_height is None:
        return None
    return Thumbnail(
        width=file.thumbnail_width, height=file.thumbnail_height, placeholder=file.placeholder
    )


def file_outputs(file_ids: Iterable[int]) -> dict[int, FileOutput]:
    """These files, unfiltered, in one query; those that are gone are left out."""
    wanted = set(file_ids)
    if not wanted:
        return {}
    return {file.pk: file_output(file) for file in File.objects.filter(pk__in=wanted)}
