"""What daphne lacks: holding back. It copies each request's body from its spool on disk into memory
as a whole, and takes in whatever is sent to a slow reader.

With this, a body stays in the spool until it is asked for, and who sends waits until the client has
taken most of it. Only `python -m daphne` is concerned; uvicorn does both.
"""

from __future__ import annotations

import asyncio
import functools
from typing import Any, BinaryIO

from daphne.http_protocol import WebRequest
from daphne.server import Server

PIECE = 256 * 1024


class Spooled(asyncio.Queue[Any]):
    """The events of one request, but of its body only how much there is: that is read from the
    spool when it is asked for."""

    def __init__(self, spool: BinaryIO) -> None:
        super().__init__()
        self._spool = spool
        self._queue: Any  # asyncio's own

    def _put(self, event: Any) -> None:
        if event["type"] != "http.request":
            super()._put(event)
        elif self._queue and self._queue[-1].get("size", PIECE) < PIECE:
            self._queue[-1]["size"] += len(event["body"])
            self._queue[-1]["more_body"] = event["more_body"]
        else:
            size = len(event["body"])
            start = self._spool.tell() - size
            piece = {"type": "piece", "start": start, "size": size}
            super()._put(piece | {"more_body": event["more_body"]})

    def _get(self) -> Any:
        event = super()._get()
        if event["type"] != "piece":
            return event
        if self._spool.closed:
            return {"type": "http.disconnect"}
        self._spool.seek(event["start"])
        body = self._spool.read(event["size"])
        return {"type": "http.request", "body": body, "more_body": event["more_body"]}


class Flow:
    """Twisted's way of telling a sender to wait: it is this request's producer."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()
        self.resumeProducing = self.stopProducing = self._open.set
        self.pauseProducing = self._open.clear

    async def wait(self) -> None:
        await self._open.wait()


def hold_back() -> None:
    """Teach daphne both, for this process."""
    Server.create_application = _creating(Server.create_application)
    Server.handle_reply = _replying(Server.handle_reply)


def _creating(original: Any) -> Any:
    @functools.wraps(original)
    def create_application(server: Any, protocol: Any, scope: Any) -> Any:
        if scope["type"] != "http":
            return original(server, protocol, scope)
        events = Spooled(protocol.content)
        scope.setdefault("asgi", {"version": "3.0"})
        send = functools.partial(server.handle_reply, protocol)
        running = server.application(scope=scope, receive=events.get, send=send)
        server.connections[protocol]["application_instance"] = asyncio.ensure_future(running)
        return events

    return create_application


def _replying(original: Any) -> Any:
    @functools.wraps(original)
    async def handle_reply(server: Any, protocol: Any, message: Any) -> None:
        body = isinstance(protocol, WebRequest) and message["type"] == "http.response.body"
        flow = getattr(protocol, "flow", None) if body else None
        if flow is not None and not message.get("more_body"):
            protocol.flow = None
            protocol.unregisterProducer()
        await original(server, protocol, message)
        if body and message.get("more_body") and protocol.channel is not None:
            if flow is None:
                flow = protocol.flow = Flow()
                protocol.registerProducer(flow, True)
            await flow.wait()

    return handle_reply
