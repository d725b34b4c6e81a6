"""Ports on the loopback interface that engines keep over restarts."""

from __future__ import annotations

import secrets
import socket

# Below the range that the kernel takes outgoing connections' ports from. A port inside it can be
# lost while its engine restarts, even to a client that calls that very port: it reaches itself.
FIRST, LAST = 15_000, 32_000


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    while True:
        port = FIRST + secrets.randbelow(LAST - FIRST)
        if is_free(port):
            return port
