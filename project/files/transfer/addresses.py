"""The disk store's two addresses, in front of Django: `PUT /api/v1/uploads/{token}` and `GET` and
`HEAD /api/v1/downloads/{token}`. Django would take in a body as a whole before any view could say
where to.

The token alone is the permission, so that a browser may use these addresses from any page that the
installation allows, without further headers.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterable
from contextlib import suppress

from django.conf import settings

from project.errors import Problem
from project.files.stores import store
from project.files.stores.disk import DiskStore
from project.files.transfer.delivering import give
from project.files.transfer.receiving import ClientLeft, take
from project.problems import problem_for
from project.replies import Application, Event, Header, Receive, Send, header, refuse, reply

logger = logging.getLogger(__name__)

UPLOADS, DOWNLOADS = "/api/v1/uploads/", "/api/v1/downloads/"
METHODS = {UPLOADS: ("PUT",), DOWNLOADS: ("GET", "HEAD")}
EXPOSED = b"Content-Disposition, Content-Range, Accept-Ranges, ETag, Retry-After, X-Request-ID"
# What is still read of a body that is refused, so that its sender comes to see why; as much as a
# file may have.
DRAINED, DRAIN_SECONDS, DRAIN_QUIET_SECONDS = settings.FILE_LIMIT + 1024 * 1024, 30.0, 3.0


class Transfer:
    """ASGI middleware: takes what is for these two addresses and passes on the rest."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        prefix = next((prefix for prefix in METHODS if scope["path"].startswith(prefix)), None)
        if prefix is None:
            await self._application(scope, receive, send)
            return
        allowed = _cors(scope)
        if scope["method"] == "OPTIONS":
            await reply(scope, send, 204, [*allowed, *_preflight(METHODS[prefix])])
            return
        started, body = Started(send), Body(receive)
        try:
            await _serve(prefix, scope, body, started, allowed)
        except ClientLeft:
            return
        except Exception as error:
            if started.happened:  # too late to tell
                raise
            await _drain(scope, body)
            problem = _problem(error, scope)
            if problem.code == "method_not_allowed":
                allowed.append((b"allow", ", ".join(METHODS[prefix]).encode()))
            await refuse(scope, send, problem, allowed)


class Started:
    """A `send` that remembers whether an answer has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.happened = False

    async def __call__(self, event: Event) -> None:
        self.happened = True
        await self._send(event)


class Body:
    """A `receive` that knows whether there is more to come."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.ended = False

    async def __call__(self) -> Event:
        event = await self._receive()
        self.ended = not event.get("more_body", False)
        return event


async def _serve(
    prefix: str, scope: Event, receive: Receive, send: Send, allowed: list[Header]
) -> None:
    if scope["method"] not in METHODS[prefix]:
        raise Problem("method_not_allowed")
    disk, token = store(), scope["path"].removeprefix(prefix)
    if not isinstance(disk, DiskStore):
        raise Problem("not_found")
    if prefix == UPLOADS:
        await take(disk, token, scope, receive)
        await reply(scope, send, 204, allowed)
    else:
        await give(disk, token, scope, receive, send, allowed)


def _problem(error: Exception, scope: Event) -> Problem:
    if isinstance(error, OSError):
        logger.error("The disk failed: %r", error)
        return Problem("unavailable", "Files cannot be stored or read now.", retry_after=30)
    problem = problem_for(error)
    if problem.code == "internal":
        logger.error("%s of a file failed", scope["method"], exc_info=error)
    return problem


async def _drain(scope: Event, body: Body) -> None:
    """A connection that closes on a sender loses the answer on its way; a proxy says 502 then."""
    if header(scope, b"expect"):
        return
    taken = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while not body.ended and taken < DRAINED:
                event = await asyncio.wait_for(body(), DRAIN_QUIET_SECONDS)
                taken += len(event.get("body", b""))


def _cors(scope: Event) -> list[Header]:
    origin = header(scope, b"origin")
    headers = [(b"vary", b"Origin")]
    if origin and _is_allowed(origin):
        headers.append((b"access-control-allow-origin", origin.encode("latin-1")))
        headers.append((b"access-control-expose-headers", EXPOSED))
    return headers


def _is_allowed(origin: str) -> bool:
    patterns = settings.CORS_ALLOWED_ORIGIN_REGEXES
    return origin in settings.CORS_ALLOWED_ORIGINS or any(re.match(p, origin) for p in patterns)


def _preflight(methods: Iterable[str]) -> list[Header]:
    named = ", ".join(methods).encode()
    return [
        (b"allow", named + b", OPTIONS"),
        (b"access-control-allow-methods", named),
        (b"access-control-allow-headers", b"content-type, range, if-range, if-none-match"),
        (b"access-control-max-age", b"7200"),
    ]
