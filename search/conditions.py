"""What an operator asks of a document. Both backends know these and no others."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Has(NamedTuple):
    """The document carries one of these terms."""

    terms: tuple[str, ...]


class Within(NamedTuple):
    """It belongs to one of these subjects (chats)."""

    subjects: tuple[int, ...]


class Above(NamedTuple):
    """It belongs to a subject and its part (a message's number) lies above the mark there."""

    marks: tuple[tuple[int, int], ...]


class Between(NamedTuple):
    """It is not older than `start` and older than `end`."""

    start: dt.datetime | None
    end: dt.datetime | None


class Both(NamedTuple):
    one: Condition
    other: Condition


class Not(NamedTuple):
    condition: Condition


class Never(NamedTuple):
    """Nothing can be so: a person who is not there, an operator that this kind does not know."""


Condition = Has | Within | Above | Between | Both | Not | Never
