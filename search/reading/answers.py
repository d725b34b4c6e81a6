"""What a backend answers, before anything is read again."""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from project.errors import Problem, invalid
from search.documents import Key, Source
from search.reading.fresh import Fresh
from search.reading.understanding import Meaning

MOST_COUNTED = 10_000
FACETS = ("chat", "sender", "type", "month", "tag")
MOST_VALUES = 50


class Place(NamedTuple):
    """Where a hit stands in its order; later ones are smaller. `at` is in microseconds."""

    score: float
    at: int
    subject: int
    part: int
    kind: str

    @property
    def key(self) -> Key:
        return self.subject, self.part


class Found(NamedTuple):
    """One page, and counts of all; `counts` is by facet and value."""

    total: int
    page: list[Place]
    more: bool
    counts: Mapping[str, Counter[str]]


class Arm(NamedTuple):
    """One kind of result: what is asked of it."""

    kind: str
    source: Source
    meaning: Meaning
    fresh: Fresh
    admitted: list[int]


class Asked(NamedTuple):
    reader: int
    arms: Sequence[Arm]
    newest: bool
    limit: int
    after: Place | None


class _Cursor(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    backend: str
    newest: bool
    score: float
    at: int
    subject: int
    part: int
    kind: str


def write_cursor(backend: str, newest: bool, place: Place) -> str:
    raw = msgspec.json.encode(_Cursor(backend, newest, *place))
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_cursor(cursor: str, newest: bool) -> tuple[str, Place]:
    """The backend that answered and where its page ended. Raises `validation` for what is none of
    ours, or of the other order."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
        found = msgspec.json.decode(raw, type=_Cursor)
    except (ValueError, binascii.Error, msgspec.MsgspecError, RecursionError):
        raise _not_ours() from None
    sizes = abs(found.at) < 2**60 and 0 <= found.subject < 2**63 and 0 <= found.part < 2**31
    if not sizes or found.newest != newest or found.backend not in ("postgres", "elastic"):
        raise _not_ours()
    if len(found.kind) > 8 or not found.kind.isalpha() or abs(found.score) > 1e15:
        raise _not_ours()
    place = Place(found.score, found.at, found.subject, found.part, found.kind)
    return found.backend, place


def _not_ours() -> Problem:
    return invalid("/cursor", "This cursor is none of ours.")
