"""The hub: all sockets of this process, by user, and all that reaches them.

One per process. Local sockets are told by direct call; the channel layer only links processes, and
may lose anything.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from project import draining
from project.metrics import SOCKETS
from project.sync import crowd, frames, goodbye, hints, kinds, sealing
from project.sync.anti_entropy import AntiEntropy
from project.sync.link import Link
from project.sync.neighbours import Neighbours
from project.sync.publisher import Publisher
from project.sync.routes import Routes

if TYPE_CHECKING:
    from project.sync.socket import Socket

logger = logging.getLogger(__name__)

TICK = 1.0
SOON = 0.05
T = TypeVar("T")

_COMPANIONS: list[Callable[[Hub], object]] = []


def beside_every_hub(companion: type[T]) -> type[T]:
    """Decorates a class of which every hub has one, made with `companion(hub)` when the hub is:
    what an app keeps in each process. `hub.companion` finds it."""
    _COMPANIONS.append(companion)
    return companion


class Hub:
    """Made by `hub_here` on the first socket, closed with the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.name = secrets.token_hex(8)
        self.users: dict[int, set[Socket]] = {}
        self.ending = False  # with the process: nobody is let in any more
        # Told when a user's first socket comes or last one goes, and of notes that one changed.
        self.watchers: list[Callable[[int, bool], None]] = []
        self.listeners: list[Callable[[int], None]] = []
        self.closers: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self.publisher = Publisher(self)
        self.routes = Routes(self.name, self._received_routed, self.look_soon)
        self.neighbours = Neighbours(self.name, self.publisher.greet)
        self.anti_entropy = AntiEntropy(self)
        self._tasks: set[asyncio.Task[None]] = set()
        self._fresh: set[int] = set()
        self.run(Link(self._received).run())
        self.run(self.routes.run())
        self.run(self.neighbours.run())
        self.run(self.anti_entropy.run())
        self.run(self._tick())
        self._companions = {kind: kind(self) for kind in _COMPANIONS}
        hints.serve_with(self)
        draining.before_the_end(lambda: goodbye.say(self))

    def companion(self, kind: type[T]) -> T:
        companion: Any = self._companions[kind]
        return cast("T", companion)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something as long as the hub lives. If it fails it says so in the log."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a part of the hub has stopped", exc_info=error)

    # Sockets come and go

    def join(self, socket: Socket) -> None:
        """From now on the socket hears of its user. Its head was read a moment before, with its
        session; it is read once more, for all that come at the time in one query, or an update that
        was committed in between would be missed."""
        sockets = self.users.setdefault(socket.user_id, set())
        crowd.make_room(socket, sockets)
        sockets.add(socket)
        SOCKETS.inc()
        self.look_soon([socket.user_id])
        if len(sockets) == 1:
            self.routes.come(socket.user_id)
            for watcher in self.watchers:
                watcher(socket.user_id, True)

    def leave(self, socket: Socket) -> None:
        sockets = self.users.get(socket.user_id, set())
        if socket in sockets:
            sockets.discard(socket)
            SOCKETS.dec()
        if not sockets and self.users.pop(socket.user_id, None) is not None:
            self.routes.go(socket.user_id)
            for watcher in self.watchers:
                watcher(socket.user_id, False)

    # What happened, from this process

    def committed(self, user_id: int, pts: int, kind: str, frame: str) -> None:
        """An update is committed: tell it here and hand it to the publisher. On the loop only."""
        for socket in self.users.get(user_id, ()):
            socket.stream.offer(pts, kind, frame)
        if not self.neighbours.none:
            self.publisher.publish(sealing.Hint(user_id, pts, kind, frame))

    def signal(self, user_ids: Iterable[int], kind: str, data: Any) -> None:
        """Tell the users' live devices, here and elsewhere, something that is not kept."""
        frame = frames.text(frames.Signal(kind, data))
        self._accept([sealing.Transient(user_id, kind, frame) for user_id in user_ids])

    def publish(self, note: sealing.Note) -> None:
        """Hand a note to the other hubs, if there are any."""
        if not self.neighbours.none:
            self.publisher.publish(note)

    def accept(self, notes: Sequence[sealing.Note]) -> bool:
        """Take notes from any thread; False if this hub's loop has ended."""
        try:
            self.loop.call_soon_threadsafe(self._accept, notes)
        except RuntimeError:
            return False
        return True

    def _accept(self, notes: Sequence[sealing.Note]) -> None:
        for note in notes:
            self._act(note)
            self.publish(note)

    # What happened, from another process

    def _received(self, bundle: sealing.Bundle) -> None:
        if bundle.sender:
            self.neighbours.heard(bundle.sender, bundle.routed)
        self._received_routed(bundle)

    def _received_routed(self, bundle: sealing.Bundle) -> None:
        if bundle.sender != self.name:
            for note in bundle.notes:
                self._act(note)

    def look_soon(self, user_ids: Iterable[int]) -> None:
        """From now on something is heard of these users: read what was told a moment before."""
        if not self._fresh:
            self.loop.call_later(SOON, self._look)
        self._fresh.update(user_ids)

    def _look(self) -> None:
        users, self._fresh = list(self._fresh), set()
        self.run(self.anti_entropy.compare_users(users))

    def _act(self, note: sealing.Note) -> None:
        sockets: Iterable[Socket] = tuple(self.users.get(note.user_id, ()))
        match note:
            case sealing.Hint(frame=""):
                for socket in sockets:
                    socket.stream.advance(note.pts)
            case sealing.Hint():
                for socket in sockets:
                    socket.stream.offer(note.pts, note.kind, note.frame)
            case sealing.Transient():
                for socket in sockets:
                    if kinds.told_on(socket.part, note.kind):
                        socket.signal(note.frame)
            case sealing.Ended():
                for socket in sockets:
                    if socket.identity.session_id in note.session_ids:
                        socket.close_soon(4403, "revoked")
            case sealing.Changed():
                for listener in self.listeners:
                    listener(note.user_id)

    # Time passes

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            now = self.loop.time()
            self.routes.adapt(self.neighbours.count, self.users)
            for sockets in list(self.users.values()):
                for socket in list(sockets):
                    socket.tick(now)

    async def close(self) -> None:
        """Stop everything that the hub runs; sockets are the server's to close."""
        hints.forget(self)
        while tasks := list(self._tasks):
            for task in tasks:
                task.cancel()  # again, should a library take the first one for a time-out
            await asyncio.wait(tasks, timeout=1)
        await self.publisher.close()
        for closing in self.closers:
            await closing()


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub_here() -> Hub:
    """The hub of the running loop; made if there is none yet."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs.clear()  # one process serves on one loop; what is left is of a loop that ended
        _hubs[loop] = Hub(loop)
    return _hubs[loop]
