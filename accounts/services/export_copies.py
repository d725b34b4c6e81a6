"""Where the copies of people's data lie: in the bucket, or without one in `DATA_DIR/exports`."""

from __future__ import annotations

import hmac
from pathlib import Path

from django.conf import settings
from django.core import signing

from accounts.models import Export, JobState
from project.errors import Problem
from project.keys import keys_for, signer_for

LINK_SECONDS = 300
NAME = "confab-export.zip"
PLACE = "exports"


def unfinished(export: Export) -> Path:
    """The local file in which a copy is written."""
    return _on_disk(export).with_suffix(".part")


def passing(export: Export) -> Path:
    """The local file through which one of the person's files passes into the copy."""
    return _on_disk(export).with_suffix(".media")


def keep(export: Export) -> None:
    """Put the written copy where it is fetched from. Raises OSError, or what boto3 raises, while
    the store is away."""
    written = unfinished(export)
    if not settings.S3_BUCKET:
        written.replace(_on_disk(export))
        return
    from project.files.stores.s3 import clients  # boto3 is large

    # In several parts if need be: one request takes 5 GiB at most.
    clients().plain.upload_file(
        str(written),
        settings.S3_BUCKET,
        f"{PLACE}/{_keys(export)[0]}",
        ExtraArgs={"ContentType": "application/zip"},
    )
    written.unlink()


def link_to(export: Export) -> str:
    """An address that gives the copy to whoever has it, for some minutes."""
    if not settings.S3_BUCKET:
        token = _signer().sign(str(export.pk))
        return f"{settings.PUBLIC_URL}/api/v1/exports/{token}"
    from project.files.stores.s3 import signed_link

    return signed_link(PLACE, _keys(export)[0], NAME, "application/zip")


def open_link(token: str) -> Path:
    """The file behind a link. Raises `not_found` for a link that is forged, old or of nothing."""
    try:
        export_id = int(_signer().unsign(token, max_age=LINK_SECONDS))
    except signing.BadSignature:
        raise Problem("not_found") from None
    export = Export.objects.filter(pk=export_id, state=JobState.READY).first()
    if export is None or not _on_disk(export).is_file():
        raise Problem("not_found")
    return _on_disk(export)


def discard(export: Export) -> None:
    """Delete the copy, wherever it is. Raises OSError while the store is away."""
    for file in (_on_disk(export), unfinished(export), passing(export)):
        file.unlink(missing_ok=True)
    if settings.S3_BUCKET:
        from project.files.stores.s3 import S3Store

        for key in _keys(export):
            S3Store().delete(PLACE, key)


def _on_disk(export: Export) -> Path:
    return Path(settings.DATA_DIR) / PLACE / f"{export.pk}.zip"


def _keys(export: Export) -> list[str]:
    """Its own; one of the last release has one that followed from a secret of the time."""
    if export.key:
        return [export.key]
    number = str(export.pk).encode()
    return [hmac.digest(key, number, "sha256").hex()[:32] for key in keys_for("export key")]


def _signer() -> signing.TimestampSigner:
    return signer_for("export link", "export")
