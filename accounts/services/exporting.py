"""A copy of one's own data: a ZIP of JSON and of one's files, made in the background and kept for
some days.

What is in it is what the apps declare (`project.domains`), and the bytes of the person's files.
"""

from __future__ import annotations

import datetime as dt
import logging
import zipfile
from collections.abc import Iterable
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.doors import limits, wire
from accounts.models import Export, JobState
from accounts.reading import selectors, shapes
from accounts.services import export_copies
from project.domains import EXPORTS
from project.errors import Problem
from project.files.doors.names import entry_name
from project.files.models import File
from project.files.reading.selectors import files_for, own_files
from project.files.stores import store
from project.ids import parse_id
from project.queueing import require_on_commit

logger = logging.getLogger(__name__)

LIST_WEIGHT = 1024 * 1024
"""A list of JSON counts for the progress as so many bytes of files."""

RECENT = dt.timedelta(minutes=15)
UNDER_WAY = dt.timedelta(hours=1)
"""A copy that is not ready by then is no longer being made."""
KEPT = dt.timedelta(days=7)


def own_profile(user_id: int) -> Iterable[Any]:
    yield shapes.me_output(selectors.get_user(user_id))


def own_sessions(user_id: int) -> Iterable[Any]:
    for session in selectors.alive().filter(user_id=user_id).order_by("pk"):
        yield shapes.session_output(session, 0)


def own_blocks(user_id: int) -> Iterable[Any]:
    for block in selectors.blocks_of(user_id):
        yield shapes.block_output(block)


@transaction.atomic
def request_export(*, user_id: int) -> wire.Export:
    """Start a copy, which replaces the one before. Asking again soon brings the one that was made
    or is under way. Raises `rate_limited`."""
    selectors.lock_person(user_id)
    export = _present(user_id)
    if export is None:
        limits.charge(limits.EXPORT_BY_USER.on(user_id))
        export = Export.objects.create(user_id=user_id)
        require_on_commit("accounts.tasks.export_data", export.pk)
    return output(export)


def _present(user_id: int) -> Export | None:
    now = timezone.now()
    ready = Q(state=JobState.READY, created_at__gt=now - RECENT)
    coming = Q(state__in=[JobState.QUEUED, JobState.RUNNING], created_at__gt=now - UNDER_WAY)
    return Export.objects.filter(ready | coming, user_id=user_id).order_by("-pk").first()


def show_export(*, user_id: int, export: str) -> wire.Export:
    found = Export.objects.filter(user_id=user_id, pk=parse_id(export)).first()
    if found is None:
        raise Problem("not_found")
    return output(found)


def output(export: Export) -> wire.Export:
    ready = export.state == JobState.READY
    return wire.Export(
        id=str(export.pk),
        state=export.state,  # type: ignore[arg-type]
        progress=export.progress,
        url=export_copies.link_to(export) if ready else msgspec.UNSET,
    )


def make(export_id: int) -> None:
    """Write the file. Begun again from the start when a worker died; done only once."""
    export = Export.objects.filter(pk=export_id).exclude(state=JobState.READY).first()
    if export is None:
        return
    Export.objects.filter(pk=export_id).update(state=JobState.RUNNING)
    try:
        _write(export)
    except Exception:
        logger.exception("export %s failed", export_id)
        export_copies.unfinished(export).unlink(missing_ok=True)
        Export.objects.filter(pk=export_id).update(state=JobState.FAILED)
        return
    Export.objects.filter(pk=export_id).update(
        state=JobState.READY, progress=100, finished_at=timezone.now()
    )
    _discard_all(Export.objects.filter(user_id=export.user_id, pk__lt=export.pk))


def _write(export: Export) -> None:
    unfinished = export_copies.unfinished(export)
    unfinished.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = own_files(export.user_id)
    meter = Meter(export, LIST_WEIGHT * len(EXPORTS) + sum(file.size for file in files))
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, reader in EXPORTS.items():
            with archive.open(f"{name}.jsonl", "w", force_zip64=True) as lines:
                for item in reader(export.user_id):
                    lines.write(msgspec.json.encode(item) + b"\n")
            meter.advance(LIST_WEIGHT)
        for file in files:
            _add_file(archive, export, file)
            meter.advance(file.size)
    export_copies.keep(export)


def _add_file(archive: zipfile.ZipFile, export: Export, file: File) -> None:
    """Through a file beside the archive, so that memory stays flat. One that has gone since, or may
    no longer be read, is left out."""
    now = files_for(export.user_id, [file.pk]).get(file.pk)
    if now is None:
        return
    local = export_copies.passing(export)
    try:
        store().fetch("content", now.key, local, now.size)
        entry = entry_name(f"{now.pk} ", now.name)
        archive.write(local, f"media/{entry}", zipfile.ZIP_STORED)
    except FileNotFoundError:
        return
    finally:
        local.unlink(missing_ok=True)


class Meter:
    """Tells how far a copy is, in percent; 100 is told by its being ready."""

    def __init__(self, export: Export, total: int) -> None:
        self._export = export
        self._total = total
        self._done = self._told = 0

    def advance(self, weight: int) -> None:
        self._done += weight
        percent = 99 * self._done // self._total
        if percent > self._told:
            self._told = percent
            Export.objects.filter(pk=self._export.pk).update(progress=percent)


def discard(export: Export) -> None:
    """Delete the copy, file and all. Raises OSError while the store is away."""
    export_copies.discard(export)
    export.delete()


def discard_old() -> None:
    """Those that are over, and those that were replaced within a day while their store was
    away."""
    now = timezone.now()
    _discard_all(Export.objects.filter(created_at__lt=now - KEPT))
    made = Export.objects.filter(state=JobState.READY, created_at__gt=now - dt.timedelta(days=1))
    newest = dict(made.order_by("pk").values_list("user_id", "pk"))
    theirs = Export.objects.filter(user_id__in=newest)
    _discard_all(export for export in theirs if export.pk < newest[export.user_id])


def _discard_all(exports: Iterable[Export]) -> None:
    """Those whose store is away are for the next time."""
    for export in exports:
        try:
            discard(export)
        except OSError as error:
            logger.warning("export %s not discarded: %r", export.pk, error)
