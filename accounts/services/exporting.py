"""A copy of one's own data: a ZIP of JSON files, made in the background and kept for some days.

An app adds its part to `PARTS` when it starts: a name and a reader that takes the person's id and
yields objects ready for JSON, only what that person may read.
"""

from __future__ import annotations

import datetime as dt
import logging
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from accounts import selectors, shapes, wire
from accounts.models import Export, JobState
from accounts.queueing import export_on_commit
from project.errors import Problem
from project.ids import parse_id
from project.keys import key_for

logger = logging.getLogger(__name__)

LINK_SECONDS = 300
RECENT = dt.timedelta(minutes=15)
KEPT = dt.timedelta(days=7)


def _me(user_id: int) -> Iterable[Any]:
    yield shapes.me_output(selectors.get_user(user_id))


def _sessions(user_id: int) -> Iterable[Any]:
    for session in selectors.alive().filter(user_id=user_id).order_by("pk"):
        yield shapes.session_output(session, 0)


def _blocks(user_id: int) -> Iterable[Any]:
    for block in selectors.blocks_of(user_id):
        yield shapes.block_output(block)


PARTS: dict[str, Callable[[int], Iterable[Any]]] = {
    "me": _me,
    "sessions": _sessions,
    "blocks": _blocks,
}


@transaction.atomic
def request_export(*, user_id: int) -> wire.Export:
    """Start a copy. Asking again soon brings the one that was made or is under way."""
    selectors.lock_person(user_id)
    recent = Export.objects.filter(user_id=user_id, created_at__gt=timezone.now() - RECENT)
    export = recent.exclude(state=JobState.FAILED).first()
    if export is None:
        export = Export.objects.create(user_id=user_id)
        export_on_commit(export.pk)
    return output(export)


def show_export(*, user_id: int, export: str) -> wire.Export:
    found = Export.objects.filter(user_id=user_id, pk=parse_id(export)).first()
    if found is None:
        raise Problem("not_found")
    return output(found)


def output(export: Export) -> wire.Export:
    link = f"{settings.PUBLIC_URL}/api/v1/exports/{_signer().sign(str(export.pk))}"
    return wire.Export(
        id=str(export.pk),
        state=export.state,  # type: ignore[arg-type]
        progress=export.progress,
        url=link if export.state == JobState.READY else msgspec.UNSET,
    )


def open_link(token: str) -> Path:
    """The file behind a link. Raises `not_found` for a link that is forged, old or of nothing."""
    try:
        export_id = int(_signer().unsign(token, max_age=LINK_SECONDS))
    except signing.BadSignature:
        raise Problem("not_found") from None
    export = Export.objects.filter(pk=export_id, state=JobState.READY).first()
    if export is None or not _file(export).is_file():
        raise Problem("not_found")
    return _file(export)


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
        Export.objects.filter(pk=export_id).update(state=JobState.FAILED)
        return
    Export.objects.filter(pk=export_id).update(
        state=JobState.READY, progress=100, finished_at=timezone.now()
    )


def _write(export: Export) -> None:
    file = _file(export)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = _unfinished(export)
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, (name, reader) in enumerate(PARTS.items(), 1):
            with archive.open(f"{name}.jsonl", "w") as lines:
                for item in reader(export.user_id):
                    lines.write(msgspec.json.encode(item) + b"\n")
            Export.objects.filter(pk=export.pk).update(progress=99 * done // len(PARTS))
    unfinished.replace(file)


def discard(export: Export) -> None:
    """Delete the copy, file and all."""
    for file in (_file(export), _unfinished(export)):
        file.unlink(missing_ok=True)
    export.delete()


def discard_old() -> None:
    for export in Export.objects.filter(created_at__lt=timezone.now() - KEPT):
        discard(export)


def _file(export: Export) -> Path:
    return Path(settings.DATA_DIR) / "exports" / f"{export.pk}.zip"


def _unfinished(export: Export) -> Path:
    return _file(export).with_suffix(".part")


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(key=key_for("export link").hex(), salt="export")
