"""Letting a socket in: its origin, its credentials and its cursor.

A JWT never travels in a URL, where logs would keep it; browsers, which can set no header, offer it
as a subprotocol, fetch a ticket, or send it in the first frame.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import msgspec
from django.conf import settings

from project import wire
from project.clients import client_ip, network_of
from project.errors import Problem
from project.sync import credentials, crowd, log, threads
from project.sync.credentials import Admission, Identity
from project.sync.stream import SHORT_PAGE, Page, read_page

logger = logging.getLogger(__name__)

SUBPROTOCOL = "confab.v1"
LOCAL = ("localhost", "127.0.0.1", "::1")

Receive = Callable[[], Awaitable[dict[str, Any]]]


class Auth(wire.Input):
    """The first frame of a socket that came without credentials."""

    access: str


class AuthFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="auth"):
    data: Auth
    id: str | None = None


class Cursor(NamedTuple):
    epoch: str
    pts: int


class Arrival(NamedTuple):
    """A session that was let in. Its device is told what comes after `start`, beginning with `page`
    if that was read already. It goes on from a cursor (`resumed`), or `reset` says why it cannot;
    neither is true of a device that named none."""

    identity: Identity
    position: log.Position
    start: int
    resumed: bool = False
    reset: str | None = None
    page: Page | None = None


def header(scope: dict[str, Any], name: bytes) -> str | None:
    """The header's value, or None. A repeated header counts once, the first time."""
    value = next((value for key, value in scope["headers"] if key == name), None)
    return None if value is None else value.decode("latin-1")


def origin_allowed(scope: dict[str, Any]) -> bool:
    """Native clients send none; a browser's must be on the list. Local ones pass in development.

    Compared whole: scheme, host and port, so neither a suffix nor a sub-domain passes.
    """
    origin = header(scope, b"origin")
    if origin is None or origin in settings.ALLOWED_ORIGINS:
        return True
    try:
        return settings.DEBUG and urlsplit(origin).hostname in LOCAL
    except ValueError:
        return False


def query_of(scope: dict[str, Any]) -> dict[str, str]:
    try:
        query = scope["query_string"].decode("ascii")
        given = parse_qs(query, keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return {}
    return {key: values[0] for key, values in given.items()}


def cursor_of(query: dict[str, str]) -> Cursor | None:
    """The position to resume from, if one was given; what cannot be one is taken as -1."""
    if not query.keys() & {"epoch", "pts"}:
        return None
    pts = query.get("pts", "")
    usable = len(pts) <= 19 and pts.isascii() and pts.isdigit()
    return Cursor(query.get("epoch", ""), int(pts) if usable else -1)


def offered_access(scope: dict[str, Any]) -> str | None:
    """The access token of the `Authorization` header or of a `bearer.…` subprotocol."""
    scheme, _, token = (header(scope, b"authorization") or "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    offered = (name for name in scope.get("subprotocols", ()) if name.startswith("bearer."))
    return next((name.removeprefix("bearer.") for name in offered), None)


async def admit(scope: dict[str, Any], receive: Receive, part: str | None) -> Arrival:
    """Who is there and what they have to be told, or a problem. Waits for a first frame only if
    nothing else was offered."""
    query = query_of(scope)
    cursor = cursor_of(query)
    if (ticket := query.get("ticket")) is not None:
        return await threads.run_to_sync(_let_in, _by_ticket, ticket, cursor, part)
    access = offered_access(scope)
    if access is None:
        with crowd.unknown_from(_network(scope)):
            access = await _first_frame(receive)
    return await threads.run_to_sync(_let_in, credentials.check().by_access, access, cursor, part)


def _network(scope: dict[str, Any]) -> str:
    peer, _ = scope.get("client") or ("", 0)
    return network_of(client_ip(peer, header(scope, b"x-forwarded-for") or ""))


def _let_in(
    check: Callable[[str], Admission], credential: str, cursor: Cursor | None, part: str | None
) -> Arrival:
    """In one call, on one connection: after a restart thousands come back at once."""
    identity, position = check(credential)
    if cursor is None:
        return Arrival(identity, position, position.pts)
    if reset := log.why_reset(position, cursor.epoch, cursor.pts):
        return Arrival(identity, position, position.pts, reset=reset)
    behind = cursor.pts < position.pts
    page = _first_page(identity.user_id, cursor.pts, part) if behind else None
    return Arrival(identity, position, cursor.pts, resumed=True, page=page)


def _first_page(user_id: int, after: int, part: str | None) -> Page | None:
    """None also if it cannot be read now, which is no reason to let nobody in: the stream goes on
    asking for it."""
    try:
        return read_page(user_id, after, part, SHORT_PAGE)
    except Exception as error:
        logger.warning("the first page of user %s waits: %r", user_id, error)
        return None


def _by_ticket(ticket: str) -> Admission:
    identity = credentials.check().by_ticket(ticket)
    return Admission(identity, log.position_of(identity.user_id))


async def _first_frame(receive: Receive) -> str:
    try:
        async with asyncio.timeout(settings.SOCKET["auth_seconds"]):
            event = await receive()
    except TimeoutError:
        raise Problem("unauthenticated", "No credentials came in time.") from None
    if event["type"] == "websocket.disconnect":
        raise ConnectionResetError
    text = event.get("text") or ""
    if len(text) > 8192:
        raise Problem("unauthenticated", "The first frame must be auth.")
    try:
        return wire.decode(AuthFrame, text).data.access
    except Problem:
        raise Problem("unauthenticated", "The first frame must be auth.") from None
