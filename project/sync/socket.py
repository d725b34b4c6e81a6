"""The consumer behind `/ws/`, `/ws/chat/` and `/ws/feed/`.

It reads its frames itself: Channels' dispatch costs a thread hop and two tasks per frame, which
is more than all the rest. It needs no channel of its own either; the hub has one for the whole
process, so sockets are accepted and served while Redis is down.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
from channels.consumer import AsyncConsumer
from channels.routing import URLRouter
from django.conf import settings
from django.urls import path, re_path

from project.errors import Problem
from project.metrics import CLOSED, RESUMES
from project.problems import problem_for
from project.sync import frames, goodbye, handshake, misshapen
from project.sync.conversation import Conversation
from project.sync.credentials import Identity
from project.sync.hub import Hub, hub_here
from project.sync.outlet import Outlet
from project.sync.stream import Stream

logger = logging.getLogger(__name__)

_decoder = msgspec.json.Decoder(frames.Frame)
_limits = settings.SOCKET  # asking Django's settings for it takes longer than a look into it

EARLY_SIGNALS = 50


class Socket(AsyncConsumer):  # type: ignore[misc]  # channels has no types
    """One connection. `part` is None for the whole, else `chat` or `feed`."""

    part: str | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI application of one connection."""
        self._closing: tuple[int, str, float | None] | None = None
        self.identity: Identity
        self._ended = self._retiring = False
        self.epoch = ""  # of what this client is told; empty until it is greeted
        self._early: list[str] | None = []  # signals that came before `ready`, which is the first
        self._task = asyncio.current_task()
        self.on_end: list[Callable[[], object]] = []
        self.outlet = Outlet(send, lambda: self.close_soon(4409, "too slow", 0.5))
        await receive()
        if not handshake.origin_allowed(scope):
            await send({"type": "websocket.close"})
            return
        offered = scope.get("subprotocols", ())
        chosen = handshake.SUBPROTOCOL if handshake.SUBPROTOCOL in offered else None
        await send({"type": "websocket.accept", "subprotocol": chosen})
        try:
            arrival = await handshake.admit(scope, receive, self.part)
        except ConnectionResetError:
            return
        except Exception as error:
            await self._refuse(error)
            return
        self.identity = arrival.identity
        await self._serve(receive, arrival)

    @property
    def user_id(self) -> int:
        return self.identity.user_id

    @property
    def closing(self) -> bool:
        return self._closing is not None

    async def _refuse(self, error: Exception) -> None:
        problem = error if isinstance(error, Problem) else Problem("unavailable", retry_after=1)
        if not isinstance(error, Problem):
            logger.warning("a socket could not be identified: %r", error)
        if problem.status == 429:
            await self._finish(4429, "too many sockets", problem.retry_after)
        elif problem.status == 503:
            await self._finish(1012, "unavailable", 1 + random.random() * 4)
        elif problem.members.get("reason") == "revoked":
            await self._finish(4403, "revoked", None)
        else:
            await self._finish(4401, problem.code, None)

    async def _serve(self, receive: Any, arrival: handshake.Arrival) -> None:
        self._receive = receive
        self.since = self._last_frame = self._last_beat = time.monotonic()
        hub = self.hub = hub_here()
        if hub.ending:
            await self._finish(1012, "restart", goodbye.when_to_come_back())
            return
        self.stream = Stream(self.user_id, 0, self.part, self.outlet, self._gap)
        self.conversation = Conversation(self)
        self.stream.hold()
        try:
            hub.join(self)
            await self._greet(arrival)
            await self._read_frames()
        except ConnectionResetError:
            pass
        except asyncio.CancelledError:
            if self._closing is None or self._task is None:
                raise
            self._task.uncancel()
        except Exception as error:
            logger.warning(
                "a socket is closed: %r", error, exc_info=problem_for(error).status != 503
            )
            self.close_soon(1012, "unavailable", 1 + random.random() * 4)
        finally:
            self._leave(hub)
        if self._closing is not None:
            await self._finish(*self._closing)
        self.outlet.cancel()

    def _leave(self, hub: Hub) -> None:
        self._ended = True
        hub.leave(self)
        self.stream.stop()
        self.conversation.stop()
        for ended in self.on_end:
            ended()

    async def _greet(self, arrival: handshake.Arrival) -> None:
        """`ready`, then what was missed in order, then `synced`; live updates wait until then."""
        self.epoch = arrival.position.epoch
        RESUMES.labels(arrival.reset or ("resumed" if arrival.resumed else "fresh")).inc()
        self.outlet.push(frames.text(frames.Ready(self._ready(arrival))))
        self._tell_early()
        self.stream.begin(arrival.start, arrival.position.pts, arrival.page)
        await self.stream.caught_up()
        self.outlet.push(frames.text(frames.Synced(self.stream.cursor)))

    def _tell_early(self) -> None:
        early, self._early = self._early or (), None
        for signal in early:
            self.signal(signal)

    def _ready(self, arrival: handshake.Arrival) -> frames.ReadyData:
        socket = settings.SOCKET
        position, reason = arrival.position, arrival.reset
        return frames.ReadyData(
            user=str(self.user_id),
            session=str(self.identity.session_id),
            epoch=position.epoch,
            pts=position.pts,
            resumed=arrival.resumed,
            reset=frames.Reset(reason=reason, epoch=position.epoch, pts=position.pts)
            if reason
            else None,
            heartbeat=socket["heartbeat_seconds"],
            limits=frames.Limits(
                outstanding=socket["outstanding"],
                frame_bytes=socket["frame_bytes"],
                text=settings.TEXT_LIMIT,
                idle_seconds=socket["idle_seconds"],
                heartbeat_seconds=socket["heartbeat_seconds"],
            ),
        )

    async def _read_frames(self) -> None:
        while self._closing is None:
            event = await self._receive()
            if event["type"] != "websocket.receive":
                raise ConnectionResetError
            if self._closing is not None:
                return
            self._last_frame = time.monotonic()
            if not self._retiring:
                self._take(event.get("text"))

    def _take(self, text: str | None) -> None:
        if text is None or frames.size_of(text) > _limits["frame_bytes"]:
            self.close_soon(4400, "bad frame")
            return
        try:
            frame = _decoder.decode(text)
        except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError):
            self._take_misshapen(text)
            return
        self.conversation.take(frame)

    def _take_misshapen(self, text: str) -> None:
        """An object that is no command gets an error; what is no JSON object closes the socket."""
        command_id, problem = misshapen.explain(text)
        if problem is None:
            self.close_soon(4400, "bad frame")
        else:
            self.conversation.refuse(command_id, problem)

    # What the hub calls

    def signal(self, text: str) -> None:
        """Tell something transient once the client is greeted; dropped while it is behind."""
        if self._early is not None:
            if len(self._early) < EARLY_SIGNALS:
                self._early.append(text)
        elif not self.outlet.busy:
            self.outlet.push(text)

    def tick(self, now: float) -> None:
        """Once a second: heartbeat, idleness, expiry, slowness."""
        limits = settings.SOCKET
        clock = time.monotonic()
        self.outlet.check(clock)
        if self._early is None and clock - self._last_beat >= limits["heartbeat_seconds"] - 2:
            self._last_beat = clock
            self.signal(frames.text(frames.Heartbeat(self.stream.head)))
        if clock - self._last_frame > limits["idle_seconds"]:
            self.close_soon(4408, "idle", 0)
        elif time.time() > self.identity.expires_at + limits["expired_seconds"]:
            self.close_soon(4401, "token_expired", 0)

    def close_soon(self, code: int, reason: str, retry_after: float | None = None) -> None:
        """Say bye and close; callable from anywhere on the loop, the first call counts."""
        if self._closing is not None or self._ended:
            return
        self._closing = (code, reason, retry_after)
        if self._task is not None and asyncio.current_task() is not self._task:
            self._task.cancel()  # it waits for the client's next frame

    async def retire(self, retry_after: float, seconds: float) -> None:
        """Take no more commands, answer those that were taken, within `seconds`, and end. What is
        not read is not answered, so the client says it again to whoever is next."""
        self._retiring = True
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.conversation.answered()
                await self.outlet.drained()
        self.close_soon(1012, "restart", retry_after)
        if self._task is not None:
            await asyncio.wait([self._task])

    def renew(self, identity: Identity) -> int:
        """A fresh token of the same session lengthens the connection's life; the seconds it has."""
        self.identity = identity
        return max(0, int(identity.expires_at - time.time()))

    def _gap(self) -> None:
        self.close_soon(1012, "restart", 0)

    async def _finish(self, code: int, reason: str, retry_after: float | None) -> None:
        CLOSED.labels(str(code)).inc()
        bye = frames.Bye(frames.ByeData(code=code, reason=reason, retry_after=retry_after))
        await self.outlet.finish(frames.text(bye), code, reason)


class ChatSocket(Socket):
    """`/ws/chat/`"""

    part = "chat"


class FeedSocket(Socket):
    """`/ws/feed/`"""

    part = "feed"


async def nowhere(scope: Any, receive: Any, send: Any) -> None:
    """Any other path: refused before it is accepted, which a client sees as HTTP 403."""
    await receive()
    await send({"type": "websocket.close"})


_routes: list[tuple[str, Any]] = [
    ("ws/", Socket.as_asgi()),
    ("ws/chat/", ChatSocket.as_asgi()),
    ("ws/feed/", FeedSocket.as_asgi()),
]
_elsewhere: Any = nowhere
sockets = URLRouter(
    [*(path(route, consumer) for route, consumer in _routes), re_path("", _elsewhere)]
)
