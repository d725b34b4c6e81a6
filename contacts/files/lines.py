"""Lines of a file, whichever way they end."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

_LONE_RETURN = re.compile(rb"\r(?!\n)")


def with_line_feeds(data: bytes) -> bytes:
    """The same where lines end in LF or CRLF; CR alone, as in files of old, becomes LF."""
    return _LONE_RETURN.sub(b"\n", data) if _LONE_RETURN.search(data) else data


def lines(data: bytes) -> Iterator[bytes]:
    """Each with the sign or signs that end it, one after the other."""
    return iter(io.BytesIO(data))
