"""Which files a person may see."""

from __future__ import annotations

from collections.abc import Iterable

from project.errors import Problem
from project.files.doors.wire import File as FileOutput
from project.files.doors.wire import Link
from project.files.models import File, State
from project.files.reading.holders import shown
from project.files.reading.shapes import file_output
from project.files.stores import LINK_SECONDS, store
from project.ids import parse_id


def visible(user_id: int, files: Iterable[File]) -> list[File]:
    """Those of these files that the person may see, in a number of queries that does not depend on
    how many they are: the owner until something holds a file, from then on whoever a holder shows
    it to."""
    asked = list(files)
    unused = {file.pk for file in asked if file.used_at is None and file.owner_id == user_id}
    seen = unused | shown(user_id, {file.pk for file in asked} - unused)
    return [file for file in asked if file.pk in seen]


def own_files(user_id: int) -> list[File]:
    """The ready files that this person brought and may still read."""
    own = File.objects.filter(owner_id=user_id, state=State.READY).order_by("pk")
    return visible(user_id, own)


def files_for(user_id: int, file_ids: Iterable[int]) -> dict[int, File]:
    """Those of these files that the person may see."""
    found = File.objects.filter(pk__in=set(file_ids))
    return {file.pk: file for file in visible(user_id, found)}


def get_file_for(user_id: int, file_id: int) -> File:
    """Raises `not_found` for a file that is gone, was never there, or is not this person's to
    see."""
    file = files_for(user_id, [file_id]).get(file_id)
    if file is None:
        raise Problem("not_found")
    return file


def get_content_for(user_id: int, file_id: int, thumbnail: bool) -> File:
    """A file whose content, or thumbnail, may be fetched by this person now. Raises `not_found`,
    also for one that is not ready or has no thumbnail."""
    file = get_file_for(user_id, file_id)
    if file.state != State.READY or (thumbnail and file.thumbnail_width is None):
        raise Problem("not_found")
    return file


def show_file(user_id: int, file: str) -> FileOutput:
    return file_output(get_file_for(user_id, parse_id(file)))


def link_to(user_id: int, file: str, thumbnail: bool) -> Link:
    """Raises what `get_content_for` raises."""
    found = get_content_for(user_id, parse_id(file), thumbnail)
    return Link(url=store().link(found, user_id, thumbnail), expires_in=LINK_SECONDS)
