"""Shapes on the wire: the bases of all input and output structs, and how bytes become one.

One struct per command and object serves REST and the socket alike, and both generated documents.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Annotated, Any, Final, TypeVar

import msgspec

from project.errors import FieldError, Problem

T = TypeVar("T")

Time = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]
Id = Annotated[str, msgspec.Meta(description="Opaque.", max_length=19)]


def whole(pattern: str) -> str:
    """A pattern for `msgspec.Meta` that all of a text must match, in Python as in the documents,
    whose readers are ECMAScript's: Python's `$` alone lets a final newline pass."""
    return f"^(?:{pattern})$(?!\\n)"


class Input(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Base of what clients send: unknown fields are refused, types are not coerced."""


class NoQuery(Input):
    """For operations that take no query parameters: any that is given is refused."""


class Output(msgspec.Struct, kw_only=True):
    """Base of what clients get."""


class Nothing(Output):
    """An answer without content: 204 in REST, `{}` in a reply."""


def moment(when: dt.datetime) -> str:
    """RFC 3339 in UTC with milliseconds: `2026-11-25T16:00:00.000Z`."""
    return when.astimezone(dt.UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def moment_or_none(when: dt.datetime | None) -> str | None:
    return None if when is None else moment(when)


def parse_moment(text: str) -> dt.datetime:
    """The time, in UTC, that an RFC 3339 text tells. Raises ValueError for anything else, also for
    a time without an offset or one that leaves the calendar in UTC."""
    try:
        when: dt.datetime = msgspec.convert(text, _ZONED)
        return when.astimezone(dt.UTC)
    except (msgspec.ValidationError, OverflowError):
        raise ValueError(text) from None


encode: Final = msgspec.json.Encoder().encode

_ZONED: Final[Any] = Annotated[dt.datetime, msgspec.Meta(tz=True)]
_AT = re.compile(r" - at `(key in )?\$?(?P<path>[^`]*)`$")
_FIELD = re.compile(r"`([^`]*)`")


def decode(kind: type[T], raw: bytes | str) -> T:
    """Strict JSON into a struct, or the `validation` problem that names the field."""
    try:
        return cleaned(msgspec.json.decode(raw, type=kind), raw)
    except msgspec.ValidationError as error:
        raise problem_of(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        raise Problem("validation", "The body is not JSON that can be read.") from None


def convert(kind: type[T], values: Any, *, strict: bool = True) -> T:
    """Plain values into a struct. `strict=False` reads numbers and booleans out of strings, as
    query parameters need; otherwise nothing is coerced."""
    try:
        return cleaned(msgspec.convert(values, kind, strict=strict), "\\u0000")
    except msgspec.ValidationError as error:
        raise problem_of(error) from None
    except (RecursionError, ValueError):
        raise Problem("validation", "The input cannot be read.") from None


def cleaned(value: T, raw: bytes | str) -> T:
    """`value` unless a string in it holds U+0000, which PostgreSQL cannot store.

    The walk happens only if `raw` holds an escape that could have made one.
    """
    hint = b"\\u0000" in raw if isinstance(raw, bytes) else "\\u0000" in raw
    if hint and (pointer := _place_of_nul(msgspec.to_builtins(value))) is not None:
        detail = "A string holds U+0000 or half a surrogate pair."
        raise Problem("validation", detail, errors=[FieldError(pointer, "invalid", detail)])
    return value


def _place_of_nul(value: Any, pointer: str = "") -> str | None:
    """The JSON pointer of the first string that cannot be stored."""
    if isinstance(value, str):
        bad = "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value)
        return pointer if bad else None
    parts: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        if any(_place_of_nul(key) is not None for key in value):
            return pointer
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    places = (_place_of_nul(part, f"{pointer}/{key}") for key, part in parts)
    return next((place for place in places if place is not None), None)


def problem_of(error: msgspec.ValidationError) -> Problem:
    """msgspec names the place at the end of its message; a client gets it as a JSON pointer."""
    text = str(error)
    place = _AT.search(text)
    detail = text[: place.start()] if place else text
    pointer = "/" + "/".join(re.findall(r"[^.\[\]]+", place["path"])) if place else ""
    if "unknown field" in detail or "missing required field" in detail:
        field = _FIELD.search(detail)
        pointer = f"{pointer.rstrip('/')}/{field[1] if field else ''}"
    code = "unknown_field" if "unknown field" in detail else "invalid"
    code = "required" if "missing required" in detail else code
    return Problem("validation", text, errors=[FieldError(pointer, code, detail)])
