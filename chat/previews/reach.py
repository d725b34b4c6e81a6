"""The way out: resolving names and dialling addresses, each within a time."""

from __future__ import annotations

import io
import socket
import ssl
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple

from chat.previews.refusing import Refused
from chat.previews.targets import Target
from project.addresses import is_public, resolve

TRIED = 3
"""How many addresses of a host are tried, one after the other."""

_resolvers = ThreadPoolExecutor(8, thread_name_prefix="preview-dns")


class Deadline:
    """A moment after which everything that waits gives up."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds, more than none; TimeoutError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def dial(address: str, port: int, seconds: float) -> socket.socket:
    """A connection to exactly this address."""
    return socket.create_connection((address, port), seconds)


class Reach(NamedTuple):
    """How the world is reached. What a name resolves to is always vetted, whoever resolves it."""

    resolve: Callable[[str, int], list[str]]
    dial: Callable[[str, int, float], socket.socket]
    tls: Callable[[], ssl.SSLContext]


INTERNET = Reach(resolve, dial, cache(ssl.create_default_context))


class Line:
    """A connection as `http.client` needs it. It ends at the deadline, however slowly bytes come,
    and after `limit` bytes, whatever they are."""

    def __init__(self, connection: socket.socket, deadline: Deadline, limit: int) -> None:
        self._connection = connection
        self._deadline = deadline
        self._limit = limit

    def sendall(self, data: bytes) -> None:
        self._connection.settimeout(self._deadline.left())
        self._connection.sendall(data)

    def receive(self, buffer: memoryview) -> int:
        if self._limit <= 0:
            raise Refused("size")
        self._connection.settimeout(self._deadline.left())
        count = self._connection.recv_into(buffer[: self._limit])
        self._limit -= count
        return count

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """`http.client` lets go of a line that its response is still read from."""

    def hang_up(self) -> None:
        self._connection.close()


class _Reader(io.RawIOBase):
    def __init__(self, line: Line) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._line.receive(memoryview(buffer))


def line_to(target: Target, reach: Reach, deadline: Deadline, limit: int) -> Line:
    """Connect to one of the addresses that the name has now. It is resolved once: what was vetted
    is what is connected to."""
    connection = _dialled(_vetted(target, reach, deadline), target, reach, deadline)
    if target.scheme == "https":
        try:
            connection = _encrypted(connection, target, reach, deadline)
        except BaseException:
            connection.close()
            raise
    return Line(connection, deadline, limit)


def _vetted(target: Target, reach: Reach, deadline: Deadline) -> list[str]:
    looking = _resolvers.submit(reach.resolve, target.host, target.port)
    try:
        addresses = looking.result(deadline.left())
    except UnicodeError:
        raise Refused("host") from None
    finally:
        looking.cancel()  # if it still waits for a thread, nobody waits for it
    if not addresses or not all(map(is_public, addresses)):
        raise Refused("addresses")
    return addresses


def _dialled(
    addresses: list[str], target: Target, reach: Reach, deadline: Deadline
) -> socket.socket:
    failure: OSError = OSError("no address")
    for address in addresses[:TRIED]:
        try:
            return reach.dial(address, target.port, deadline.left())
        except OSError as error:
            failure = error
    raise failure


def _encrypted(
    connection: socket.socket, target: Target, reach: Reach, deadline: Deadline
) -> ssl.SSLSocket:
    connection.settimeout(deadline.left())
    return reach.tls().wrap_socket(connection, server_hostname=target.host)
