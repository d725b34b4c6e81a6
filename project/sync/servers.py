"""What ASGI has no word for: how much a server still holds for a client, cutting it off, and
taking no more connections.

The first two reach behind the `send` callable of uvicorn and daphne, the last one behind their
handlers of SIGTERM. For another server they answer 0 and do nothing: the bounds of the outlet hold
alone, and the server stops listening when it stops.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _transport(send: Callable[..., Any]) -> Any:
    owner = getattr(send, "__self__", None)  # uvicorn: a bound method of the protocol
    if owner is None and (args := getattr(send, "args", None)):
        owner = args[0]  # daphne: functools.partial(handle_reply, protocol)
    return getattr(owner, "transport", None)


def unsent_bytes(send: Callable[..., Any]) -> int:
    """Bytes that daphne's transport holds. Daphne takes all it is given, whether or not the client
    reads; servers with flow control make `send` wait instead."""
    transport = _transport(send)
    held = getattr(transport, "dataBuffer", None)
    if held is None:
        return 0
    return int(len(held) - transport.offset + transport._tempDataLen)


def abort(send: Callable[..., Any]) -> None:
    """Cut the connection without flushing."""
    transport = _transport(send)
    cut = getattr(transport, "abortConnection", None) or getattr(transport, "abort", None)
    if cut is not None:
        cut()


def stop_listening(on_sigterm: Callable[..., Any]) -> None:
    """Close what a server takes connections from, and none of those that it has."""
    owner = getattr(on_sigterm, "__self__", None)
    for server in getattr(owner, "servers", ()):  # uvicorn: a bound method of the server
        server.close()
    for reader in getattr(owner, "getReaders", tuple)():  # daphne: of Twisted's reactor
        if hasattr(reader, "stopListening"):
            reader.stopListening()
