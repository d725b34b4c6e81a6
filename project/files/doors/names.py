"""Names of files: what is kept of those that people give, and how a download carries them."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from project.errors import invalid
from project.visible import can_be_seen

LONGEST = 255
BYTES = 255
"""Of one name in UTF-8, on nearly every system."""
# What turns the reading direction round, so that a name shows an ending that it does not have.
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_DROPPED = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff{_BIDI}]")
_SEPARATORS = re.compile(r"[/\\]")
_UNSAFE = re.compile(r"[^ !#$&+\-.0-9A-Z^_`a-z{}~(),;=@\[\]]")
_ATTRIBUTE = "!#$&+-.^_`|~"  # RFC 8187, attr-char beside letters and digits


def clean(name: str) -> str:
    """The name in NFC without control and direction characters, path separators as `_`. Raises
    `validation` when nothing is left of it."""
    kept = _DROPPED.sub("", unicodedata.normalize("NFC", name))
    kept = _SEPARATORS.sub("_", kept).strip()
    if not can_be_seen(kept.replace(".", "")):
        raise invalid("/name", "There is nothing in this name that can be shown.", "blank")
    return _shortened(kept)


def _shortened(name: str) -> str:
    """NFC makes some names longer; the ending stays."""
    stem, dot, ending = name.rpartition(".")
    if len(name) <= LONGEST or not stem or len(ending) > 16:
        return name[:LONGEST]
    return stem[: LONGEST - 1 - len(ending)] + dot + ending


def entry_name(prefix: str, name: str) -> str:
    """What a file is called in an archive: behind a prefix that is no device's name, with nothing
    that some system refuses, and of at most `BYTES` bytes; the ending stays."""
    plain = re.sub(r'[<>:"|?*]', "_", name).rstrip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not stem or len(ending) > 16:
        stem, dot, ending = plain, "", ""
    room = BYTES - len(f"{prefix}{dot}{ending}".encode())
    short = stem.encode()[: max(0, room)].decode(errors="ignore").rstrip("\u200d. ")
    return f"{prefix}{short}{dot}{ending}"


def attachment(name: str) -> str:
    """`Content-Disposition` of a download (RFC 6266): plain characters for old clients, then the
    whole name in RFC 8187's encoding."""
    plain = _UNSAFE.sub("_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_ATTRIBUTE)}"


def thumbnail_name(name: str) -> str:
    """What the thumbnail of a file of this name is called."""
    stem = name.rpartition(".")[0] or name
    return f"{stem[: LONGEST - 5]}.webp"
