"""The type of a file by its content. What its owner called it plays no part."""

from __future__ import annotations

import re
from pathlib import Path

import puremagic

from project.files.inspection.archives import zip_type
from project.files.inspection.signatures import binary_type
from project.files.inspection.texts import decoded, is_text, text_type

UNKNOWN = "application/octet-stream"
HEAD = 64 * 1024
_TYPE = re.compile(r"(application|audio|video|font|image|model)/[a-z0-9][a-z0-9.+-]{1,100}")
# A shorter signature fits too many files by accident.
_SIGNATURE = 4
# Types of what we have our own, stricter rules for: who does not pass those is not one of these.
_OURS = re.compile(
    r"image/(jpe?g|pjpeg|png|apng|gif|webp|bmp|x-ms-bmp|avif|svg).*|.*(html|xml|script|json).*"
)


def head_of(path: Path) -> bytes:
    """The bytes that tell the type."""
    with path.open("rb") as file:
        return file.read(HEAD)


def sniff(path: Path) -> str:
    """The type of what is no picture; `application/octet-stream` for what nobody knows."""
    head = head_of(path)
    whole = len(head) == path.stat().st_size
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return zip_type(head)
    if known := binary_type(head):
        return known
    text = decoded(head, whole)
    if text is not None and (whole or is_text(path)):
        return text_type(text, whole)
    return _by_table(head)


def _by_table(head: bytes) -> str:
    """What puremagic's table of signatures says, if it is sure enough."""
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    sure = (
        match.mime_type
        for match in found
        if match.offset >= 0 and len(match.byte_match) >= _SIGNATURE
    )
    return next((kind for kind in sure if _TYPE.fullmatch(kind) and not _OURS.match(kind)), UNKNOWN)
