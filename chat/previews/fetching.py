"""Fetching a document from a stranger's server without being sent where only this server can go."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import NamedTuple

from chat.previews.reach import Deadline, Line, Reach, line_to
from chat.previews.refusing import Refused
from chat.previews.targets import Target, target_of

REDIRECTS = 3
HEAD_LIMIT = 64 * 1024
AGENT = "Mozilla/5.0 (compatible; Confab link preview)"

_MOVED = (301, 302, 303, 307, 308)


class Fetched(NamedTuple):
    """`body` has at most the bytes that were asked for; `host` is where it came from in the end."""

    url: str
    host: str
    content_type: str
    charset: str | None
    body: bytes


def fetch(
    url: str, types: tuple[str, ...], limit: int, deadline: Deadline, reach: Reach
) -> Fetched:
    """The first `limit` bytes of a document of one of these types. Every redirect is vetted like
    the first address. Raises Refused, also for whatever goes wrong on the way."""
    try:
        for _ in range(1 + REDIRECTS):
            target = target_of(url)
            found = _ask(url, target, types, limit, deadline, reach)
            if isinstance(found, Fetched):
                return found
            url = found
    except (OSError, HTTPException, ValueError) as error:
        raise Refused(type(error).__name__) from error
    raise Refused("redirects")


def _ask(
    url: str,
    target: Target,
    types: tuple[str, ...],
    limit: int,
    deadline: Deadline,
    reach: Reach,
) -> Fetched | str:
    """The document, or the address that the server names instead."""
    line = line_to(target, reach, deadline, limit + HEAD_LIMIT)
    try:
        response = _response(line, target, types)
        if response.status in _MOVED:
            return target.joined(_location(response))
        return _document(url, target, response, types, limit)
    finally:
        line.hang_up()


def _response(line: Line, target: Target, types: tuple[str, ...]) -> HTTPResponse:
    connection = HTTPConnection(target.host, target.port)
    connection.sock = line
    headers = {
        "Host": target.authority,
        "User-Agent": AGENT,
        "Accept": ", ".join(types),
        "Accept-Encoding": "identity",  # nothing is ever unpacked
        "Connection": "close",
    }
    connection.request("GET", target.path, headers=headers)
    return connection.getresponse()


def _location(response: HTTPResponse) -> str:
    location = response.headers.get("Location", "")
    if not location:
        raise Refused("redirect")
    return location.encode("latin-1", "replace").decode("utf-8", "replace")


def _document(
    url: str, target: Target, response: HTTPResponse, types: tuple[str, ...], limit: int
) -> Fetched:
    if response.status != 200:
        raise Refused("status")
    kind = response.headers.get_content_type()
    if "Content-Type" not in response.headers or kind not in types:
        raise Refused("type")
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise Refused("encoding")
    charset = response.headers.get_content_charset()
    return Fetched(url, target.host, kind, charset, response.read(limit))
