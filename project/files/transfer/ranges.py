"""Which bytes a download asks for (RFC 9110, section 14), and whether for any (13.1.2)."""

from __future__ import annotations

import re
from typing import NamedTuple

_SINGLE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def is_held(none_match: str, tag: str) -> bool:
    """Whether `If-None-Match` says that the client has this content: a list of tags, which are
    compared weakly, or `*`."""
    return none_match.strip() == "*" or tag in _TAG.findall(none_match)


class Span(NamedTuple):
    """From `start` up to and without `end`."""

    start: int
    end: int


class Unsatisfiable(Exception):  # an answer (416), not a failure
    """The range lies outside the content."""


def span_of(asked: str, condition: str, tag: str, size: int) -> Span | None:
    """What `Range` asks for, if `If-Range` allows it; None for the whole. Several ranges at once,
    and what is no range, are not listened to, as they need not be. Raises Unsatisfiable."""
    found = _SINGLE.fullmatch(asked)
    if found is None or (condition and condition != tag):
        return None
    first, last = found.groups()
    if first:
        if last and int(last) < int(first):
            return None
        span = Span(int(first), min(int(last) + 1, size) if last else size)
    elif last:
        span = Span(max(0, size - int(last)), size)
    else:
        return None
    if span.start >= span.end:
        raise Unsatisfiable
    return span
