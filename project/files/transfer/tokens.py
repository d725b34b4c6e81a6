"""What stands in the addresses of the disk store: short-lived, and signed so that nobody can make
or change one."""

from __future__ import annotations

from typing import NamedTuple

from django.core import signing

from project.errors import Problem
from project.files.stores import LINK_SECONDS, UPLOAD_SECONDS
from project.keys import signer_for


class Download(NamedTuple):
    """Who may fetch what. Whether they still may is asked when they do."""

    file_id: int
    user_id: int
    thumbnail: bool


def upload_token(file_id: int) -> str:
    return _signer("upload").sign(str(file_id))


def read_upload_token(token: str) -> int:
    """The file's id. Raises `not_found` for a token that was not made here, `forbidden` for one
    that is over."""
    return int(_read("upload", token, UPLOAD_SECONDS))


def download_token(download: Download) -> str:
    return _signer("download").sign(".".join(str(int(part)) for part in download))


def read_download_token(token: str) -> Download:
    """Raises what `read_upload_token` raises."""
    file_id, user_id, thumbnail = _read("download", token, LINK_SECONDS).split(".")
    return Download(int(file_id), int(user_id), thumbnail == "1")


def _read(purpose: str, token: str, seconds: int) -> str:
    try:
        return _signer(purpose).unsign(token, max_age=seconds)
    except signing.SignatureExpired:
        raise Problem("forbidden", "This link is over.") from None
    except signing.BadSignature:
        raise Problem("not_found") from None


def _signer(purpose: str) -> signing.TimestampSigner:
    return signer_for(f"file {purpose}", purpose)
