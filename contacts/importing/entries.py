"""What is stored of an import: entries as they came, what became of each, and what was before.

Arrays in MessagePack, sealed; members may be added at the end.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from contacts.matching import keys

T = TypeVar("T")

Ref = int | str
Value = str | tuple[str, str]
"""A number as it was written, or with the region that it was given."""


class Image(msgspec.Struct, array_like=True, frozen=True):
    """A contact as it was: of one that there was not, only the id."""

    contact: int
    anchor: bytes = b""
    digest: bytes = b""
    card: bytes = b""
    user: int | None = None


class Entry(msgspec.Struct, array_like=True, frozen=True):
    """`line` is 0 for what came in no file. `broken` says why a row or card cannot be read.
    `image` is for undoing: what is to be put back as it was."""

    ref: Ref
    line: int = 0
    name: str = ""
    phones: list[Value] = []
    emails: list[str] = []
    region: str = ""
    remove: bool = False
    broken: str = ""
    image: Image | None = None


class Outcome(msgspec.Struct, array_like=True):
    """How an entry ended. `retry_at` is in seconds since 1970."""

    ref: Ref
    outcome: str
    line: int = 0
    reason: str = ""
    duplicate_of: Ref | None = None
    retry_at: int = 0
    contact: int | None = None


class Before(msgspec.Struct, array_like=True, frozen=True):
    """A contact that a chunk changed."""

    ref: Ref
    name: str
    image: Image


class Card(msgspec.Struct, array_like=True, frozen=True):
    """What a contact's owner sees of it: numbers as (value, E.164, assumed), and addresses."""

    phones: list[tuple[str, str | None, bool]]
    emails: list[str]


def opened(kind: type[T], sealed: bytes | memoryview) -> T:
    """What was sealed as a `kind`."""
    return msgspec.msgpack.decode(keys.unseal(sealed), type=kind)


def ref_text(ref: Ref) -> str:
    """As it is stored: a number and a text that looks like it are two."""
    return msgspec.json.encode(ref).decode()


def ref_of(text: str) -> Ref:
    ref: Ref = msgspec.json.decode(text)
    return ref
