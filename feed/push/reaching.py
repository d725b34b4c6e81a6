"""Connections to push services: one for each origin, dialled at an address that was vetted."""

from __future__ import annotations

import asyncio
import socket
import ssl
from functools import cache

import httpx

from feed.push.connection import Connection, Headers, Response, Unreachable
from feed.push.endpoints import Origin, vet

SECONDS = 10.0
"""For a response, from when the request has its turn."""
DIAL_SECONDS = 5.0
TRIED = 3
CONNECTIONS = 64
"""Kept open at most. Origins are few, but whoever registers endpoints chooses them."""
DEAD_SECONDS = 5.0
"""How long an origin that could not be reached is not dialled again."""


class Reaching:
    """All connections of a process. Belongs to one event loop."""

    def __init__(self) -> None:
        self._connections: dict[Origin, Connection] = {}
        self._dialling: dict[Origin, asyncio.Lock] = {}
        self._dead: dict[Origin, float] = {}

    async def request(
        self, origin: Origin, path: str, headers: Headers, body: bytes, method: str = "POST"
    ) -> Response:
        """Raises Unreachable, and NotPublic for an origin that must not be called."""
        connection = self._usable(origin) or await self._dialled(origin)
        pseudo = [
            (":method", method),
            (":scheme", origin.scheme),
            (":authority", origin.authority),
            (":path", path),
        ]
        return await connection.request([*pseudo, *headers], body, SECONDS)

    async def close(self) -> None:
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def _usable(self, origin: Origin) -> Connection | None:
        connection = self._connections.get(origin)
        return None if connection is None or connection.closing else connection

    async def _dialled(self, origin: Origin) -> Connection:
        """Everybody who waits for an origin gets the one connection that is being made."""
        async with self._dialling.setdefault(origin, asyncio.Lock()):
            if connection := self._usable(origin):
                return connection
            now = asyncio.get_running_loop().time()
            if now < self._dead.get(origin, 0.0):
                raise Unreachable("not reached")
            try:
                async with asyncio.timeout(DIAL_SECONDS):
                    connection = await _dial(origin)
            except (OSError, TimeoutError, ssl.SSLError, UnicodeError) as error:
                self._dead[origin] = now + DEAD_SECONDS
                raise Unreachable(f"not reached: {type(error).__name__}") from None
            self._make_room()
            self._connections[origin] = connection
            return connection

    def _make_room(self) -> None:
        """Let go of what is idle; the origins that were used first go first."""
        for origin, connection in list(self._connections.items()):
            if connection.closing or (
                len(self._connections) >= CONNECTIONS and not connection.busy
            ):
                connection.close()
                del self._connections[origin]
        if len(self._dialling) > 10 * CONNECTIONS:
            self._dialling = {key: lock for key, lock in self._dialling.items() if lock.locked()}
            self._dead.clear()


async def _dial(origin: Origin) -> Connection:
    """Resolve once, vet, and connect to one of exactly these addresses."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if origin.vetted:
        vet(addresses)
    failure: OSError = OSError("no address")
    for address in addresses[:TRIED]:
        try:
            return await _connect(origin, address)
        except OSError as error:
            failure = error
    raise failure


async def _connect(origin: Origin, address: str) -> Connection:
    loop = asyncio.get_running_loop()
    secure = origin.scheme == "https"
    transport, connection = await loop.create_connection(
        Connection,
        address,
        origin.port,
        ssl=_tls() if secure else None,
        server_hostname=origin.host if secure else None,
    )
    if secure and transport.get_extra_info("ssl_object").selected_alpn_protocol() != "h2":
        transport.abort()
        raise OSError("no HTTP/2")
    return connection


@cache
def _tls() -> ssl.SSLContext:
    context = httpx.create_ssl_context()
    context.set_alpn_protocols(["h2"])
    return context
