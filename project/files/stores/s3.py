"""Files in a bucket of Amazon S3, or of another store that speaks its protocol."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from project.files.doors.names import attachment, thumbnail_name
from project.files.doors.wire import Upload
from project.files.models import File
from project.files.stores import LINK_SECONDS, UPLOAD_SECONDS, Stored

CHUNK_BYTES = 1024 * 1024


class S3Store:
    """Needs the rights to get, put and delete objects, to list the bucket, and their like for
    versions where the bucket keeps some."""

    def upload(self, file: File) -> Upload:
        """The policy that is signed names the key, the type and the size, so the store itself
        refuses everything else. The form can be used again until it expires: what it overwrites
        is never served."""
        form = clients().signing.generate_presigned_post(
            settings.S3_BUCKET,
            _path("incoming", file.key),
            Fields={"Content-Type": file.content_type},
            Conditions=[
                {"Content-Type": file.content_type},
                ["content-length-range", file.size, file.size],
            ],
            ExpiresIn=UPLOAD_SECONDS,
        )
        return Upload(
            method="POST", url=form["url"], expires_in=UPLOAD_SECONDS, fields=form["fields"]
        )

    def fetch(self, place: str, key: str, into: Path, limit: int) -> int:
        with _translated(), into.open("wb") as local:
            found = clients().plain.get_object(Bucket=settings.S3_BUCKET, Key=_path(place, key))
            size = 0
            with closing(found["Body"]) as body:
                while size <= limit and (chunk := body.read(min(CHUNK_BYTES, limit + 1 - size))):
                    size += local.write(chunk)
            return size

    def put(self, place: str, key: str, source: Path, content_type: str) -> None:
        with _translated(), source.open("rb") as body:
            clients().plain.put_object(
                Bucket=settings.S3_BUCKET,
                Key=_path(place, key),
                Body=body,
                ContentType=content_type,
            )

    def delete(self, place: str, key: str) -> None:
        path = _path(place, key)
        with _translated():
            gone = clients().plain.delete_object(Bucket=settings.S3_BUCKET, Key=path)
            if gone.get("VersionId") or gone.get("DeleteMarker"):
                for version in _versions(path):
                    if version["Key"] == path:
                        _delete_version(version)

    def link(self, file: File, user_id: int, thumbnail: bool) -> str:
        """Whoever gets the link may use it; the store does not know people."""
        name = thumbnail_name(file.name) if thumbnail else file.name
        kind = "image/webp" if thumbnail else file.content_type
        return signed_link("thumbnails" if thumbnail else "content", file.key, name, kind)

    def listing(self, place: str, after: str = "") -> Iterator[Stored]:
        """In a bucket with versions also what only an old version or a mark of deletion is left
        of, so that a deletion which was cut short can be finished."""
        with _translated():
            status = clients().plain.get_bucket_versioning(Bucket=settings.S3_BUCKET)
            find = _versions if status.get("Status") else _objects
            for each in find(f"{place}/", _path(place, after) if after else ""):
                yield Stored(place, each["Key"].partition("/")[2], each["LastModified"])


def signed_link(place: str, key: str, name: str, content_type: str) -> str:
    """An address that gives an object as a download of this name, for `LINK_SECONDS`."""
    answer = {
        "Bucket": settings.S3_BUCKET,
        "Key": _path(place, key),
        "ResponseContentType": content_type,
        "ResponseContentDisposition": attachment(name),
        "ResponseCacheControl": "private, no-store",
    }
    sign = clients().signing.generate_presigned_url
    return str(sign("get_object", Params=answer, ExpiresIn=LINK_SECONDS))


def _path(place: str, key: str) -> str:
    return f"{place}/{key}"


def _objects(prefix: str, after: str = "") -> Iterator[dict[str, Any]]:
    pages = clients().plain.get_paginator("list_objects_v2")
    given = {"StartAfter": after} if after else {}
    for page in pages.paginate(Bucket=settings.S3_BUCKET, Prefix=prefix, **given):
        yield from page.get("Contents", [])


def _versions(prefix: str, after: str = "") -> Iterator[dict[str, Any]]:
    """All versions and marks of deletion in the order of their keys, as dicts with `Key`,
    `VersionId`, `LastModified`."""
    pages = clients().plain.get_paginator("list_object_versions")
    given = {"KeyMarker": after} if after else {}
    for page in pages.paginate(Bucket=settings.S3_BUCKET, Prefix=prefix, **given):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        yield from sorted(found, key=lambda version: str(version["Key"]))


def _delete_version(version: dict[str, Any]) -> None:
    clients().plain.delete_object(
        Bucket=settings.S3_BUCKET, Key=version["Key"], VersionId=version["VersionId"]
    )


@contextmanager
def _translated() -> Iterator[None]:
    """botocore's errors as those that the interface of stores promises."""
    try:
        yield
    except ClientError as error:
        missing = error.response.get("Error", {}).get("Code") == "NoSuchKey"
        raise (FileNotFoundError if missing else OSError)(str(error)) from error
    except BotoCoreError as error:
        raise OSError(str(error)) from error


class Clients(NamedTuple):
    """`signing` makes links and forms for the address that people reach the store by."""

    plain: Any
    signing: Any


_lock = threading.Lock()
_made: list[Clients] = []


def clients() -> Clients:
    """This process's own: they may be shared by threads, but making them is slow and not safe
    among threads, and their connections do not survive a fork."""
    with _lock:
        if not _made:
            session = boto3.session.Session(region_name=settings.AWS_REGION or None)
            urls = settings.S3_ENDPOINT_URL, settings.S3_PUBLIC_ENDPOINT_URL
            _made.append(Clients(*(_client(session, url) for url in urls)))
        return _made[0]


def _forget() -> None:
    global _lock
    _lock = threading.Lock()
    _made.clear()


os.register_at_fork(after_in_child=_forget)


def _client(session: Any, url: str) -> Any:
    """Without an address it is Amazon's, by the bucket's own host name: forms and links by another
    one are redirected, which forms do not survive. Other stores often know paths alone, and not the
    checksums that boto3 adds to every write."""
    return session.client("s3", endpoint_url=url or None, config=_configuration(bool(url)))


def _configuration(foreign: bool) -> Config:
    checksums = "when_required" if foreign else "when_supported"
    return Config(
        signature_version="s3v4",  # else links and forms are signed by the old one in some regions
        s3={"addressing_style": "path" if foreign else "virtual"},
        request_checksum_calculation=checksums,
        response_checksum_validation=checksums,
        connect_timeout=2,
        read_timeout=15,
        retries={"total_max_attempts": 2, "mode": "standard"},
        max_pool_connections=16,
    )
