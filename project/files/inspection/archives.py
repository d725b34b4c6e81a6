"""ZIP files that are more than that, told by the names at the head of the archive. Nothing is ever
unpacked: the size that an entry claims, or has, is nobody's concern here."""

from __future__ import annotations

import re

ZIP = "application/zip"
_LOCAL = re.compile(rb"PK\x03\x04.{22}(.{2})(.{2})", re.DOTALL)
_OFFICE = [
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
]
# What a first entry `mimetype` may say: OpenDocument, EPUB. Anything else is a client's word.
_SAYS = re.compile(rb"application/(epub\+zip|vnd\.oasis\.opendocument\.[a-z]{4,20})")


def zip_type(head: bytes) -> str:
    """The type of an archive by its first bytes; `application/zip` when nothing tells more."""
    names = _names(head)
    if names[:1] == [b"mimetype"] and (said := _SAYS.match(head, 38)):
        return said[0].decode()
    if b"META-INF/MANIFEST.MF" in names[:2]:
        return "application/java-archive"
    if b"AndroidManifest.xml" in names:
        return "application/vnd.android.package-archive"
    if b"[Content_Types].xml" in names:
        kinds = (kind for root, kind in _OFFICE if any(name.startswith(root) for name in names))
        return next(kinds, ZIP)
    return ZIP


def _names(head: bytes) -> list[bytes]:
    """The names of the entries that begin in these bytes."""
    lengths = ((found.end(), int.from_bytes(found[1], "little")) for found in _LOCAL.finditer(head))
    return [head[at : at + length] for at, length in lengths]
