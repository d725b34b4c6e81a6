"""Answering HTTP below Django, in plain ASGI."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import msgspec

from project.errors import Problem
from project.problems import request_id_for

Event = dict[str, Any]
Header = tuple[bytes, bytes]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]


def header(scope: Event, name: bytes) -> str:
    """A request's header, by its name in lower case; empty when it was not sent."""
    found = (bytes(value) for key, value in scope["headers"] if key == name)
    return next(found, b"").decode("latin-1")


async def reply(
    scope: Event, send: Send, status: int, headers: Iterable[Header], body: bytes = b""
) -> None:
    """A whole answer; it carries its length and the request's id."""
    carried = [
        *headers,
        (b"x-request-id", request_id_for(header(scope, b"x-request-id")).encode()),
    ]
    if status != 204:
        carried.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": carried})
    await send({"type": "http.response.body", "body": body})


async def refuse(
    scope: Event, send: Send, problem: Problem, headers: Iterable[Header] = ()
) -> None:
    """The error object. The connection closes after it, since the request's body may not have been
    read."""
    request_id = request_id_for(header(scope, b"x-request-id"))
    body = msgspec.json.encode(problem.body(request_id))
    carried = [
        (b"content-type", b"application/problem+json"),
        (b"connection", b"close"),
        (b"x-request-id", request_id.encode()),
        (b"content-length", str(len(body)).encode()),
        *headers,
    ]
    if problem.retry_after is not None:
        carried.append((b"retry-after", str(problem.retry_after).encode()))
    await send({"type": "http.response.start", "status": problem.status, "headers": carried})
    await send({"type": "http.response.body", "body": body})
