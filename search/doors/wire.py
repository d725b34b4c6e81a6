"""What search tells. A result holds what was found in the shape of the app that owns it, so its
struct is made of the kinds that apps have registered."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from project import wire
from search.documents import kinds


class Highlight(wire.Output):
    """`spans` are pairs of start and end in `text`, in UTF-16 code units."""

    field: str
    text: str
    spans: list[list[int]]


class FacetValue(wire.Output):
    """How many of all messages found have this value."""

    value: str
    label: str
    count: int


class Facets(wire.Output):
    chat: list[FacetValue]
    sender: list[FacetValue]
    type: list[FacetValue]
    month: list[FacetValue]
    tag: list[FacetValue]


class TermShown(wire.Output):
    """`type` is `word`, `phrase` or an operator."""

    type: str
    value: str
    negated: bool


class ClauseShown(wire.Output):
    """One of these must hold."""

    any: list[TermShown]


class Warning(wire.Output):
    """`part` is the piece of the query that it is about; `code` is `unknown_operator` (searched as
    text), `bad_value` (left out), `nothing_there` (no such person), `no_words` (left out) or
    `too_long` (the rest is left out)."""

    code: Literal["unknown_operator", "bad_value", "nothing_there", "no_words", "too_long"]
    part: str
    detail: str


class QueryShown(wire.Output):
    """How the query was understood: all clauses must hold. `text` says the same again."""

    text: str
    clauses: list[ClauseShown]
    warnings: list[Warning]


class SuggestionShown(wire.Output):
    """`value` takes the place of the last word in the box; of a `recent` one, of all of it."""

    type: Literal["operator", "user", "chat", "tag", "recent"]
    value: str
    label: str


class Suggestions(wire.Output):
    results: list[SuggestionShown]


def _result() -> type[msgspec.Struct]:
    found = kinds()
    shapes = [(name, kind.shape | UnsetType, UNSET) for name, kind in found.items()]
    members: list[Any] = [
        ("type", Literal[tuple(found)]),
        ("score", float),
        ("highlights", list[Highlight]),
        *shapes,
    ]
    return msgspec.defstruct("Result", members, bases=(wire.Output,), kw_only=True)


def _answer() -> type[msgspec.Struct]:
    members: list[Any] = [
        ("results", list[Result]),  # type: ignore[valid-type]
        ("next", str | None),
        ("total", int),
        ("facets", Facets),
        ("query", QueryShown),
        ("backend", Literal["elasticsearch", "postgres"]),
        ("degraded", bool),
    ]
    return msgspec.defstruct("SearchAnswer", members, bases=(wire.Output,), kw_only=True)


Result = _result()
SearchAnswer = _answer()
