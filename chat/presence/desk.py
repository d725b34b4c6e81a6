"""Presence: whether the people one chats with are online, told while it changes.

Like everything that is not in the log it may be late, never wrong for long. Who comes or goes tells
all hubs, and each looks up who of its own watches them. What got lost on the way is found by going
round all that are watched, a slice at a time: a round takes the longer the more there are, and
nobody else has to wait for it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection, Iterable, Sequence
from itertools import chain

import msgspec
from django.db import DatabaseError

from accounts.public import announcements, note_seen, presence_visible
from chat.doors.inputs import WatchPresence
from chat.doors.wire import Presence, PresenceList
from chat.presence.leases import RENEW_SECONDS, Leases, slices
from chat.reading import selectors
from project.sync import frames, hints, sealing, threads
from project.sync.commands import command_on_loop
from project.sync.hub import Hub, beside_every_hub
from project.sync.log import Entry
from project.sync.socket import Socket
from project.wire import moment_or_none

logger = logging.getLogger(__name__)

GRACE = 10.0
"""Seconds for which somebody without a connection still counts as online: people reconnect."""
ROUND_SECONDS = 5.0
"""A round of all that are watched takes so long, or longer."""
SLICE_SECONDS = 0.05
SETTLE_SECONDS = 0.2
PARTS = 100
"""In which all that are watched are kept: a list of half a million at once is four megabytes of new
memory, which stopped the loop for 50 ms on a machine where that is dear."""


def look(viewer_id: int, user_ids: list[int], online: set[int]) -> list[Presence]:
    """What the viewer may know of each. Whoever shows nothing looks offline, never seen."""
    peers = selectors.peer_ids(viewer_id, user_ids)
    listed = selectors.listed_by(viewer_id, peers)
    visible = presence_visible(viewer_id, listed)
    return [
        Presence(
            user=str(user_id),
            online=user_id in visible and user_id in online,
            last_seen=None if user_id in online else moment_or_none(visible.get(user_id)),
        )
        for user_id in user_ids
        if user_id in peers
    ]


class Watched(msgspec.Struct, frozen=True, gc=False):
    """Somebody on a watch list: whether they are online, and what the watcher was told of it. There
    may be half a million, which the garbage collector need not look at: they refer to nothing that
    refers back."""

    online: bool
    shown: Presence


def privacy_changed(user_id: int) -> None:
    """Those who watch this person are told what they may know now, if it is something else."""
    hints.changed_on_commit([user_id])


def block_changed(blocker_id: int, blocked_id: int) -> list[Entry]:
    """As above, for two people."""
    hints.changed_on_commit([blocker_id, blocked_id])
    return []


def listen() -> None:
    """Register with accounts; once, when the apps are ready."""
    announcements.privacy_changed.append(privacy_changed)
    announcements.block_changed.append(block_changed)


def _note_seen(user_ids: set[int]) -> None:
    try:
        note_seen(user_ids)
    except DatabaseError as error:
        logger.warning("last visits not noted: %r", error)


@beside_every_hub
class PresenceDesk:
    """The presence of this process: its people's leases and its sockets' watch lists."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._leases = Leases(hub.name)
        self._arrived: set[int] = set()
        self._renew_soon = False
        self._left: dict[int, float] = {}
        self._watching: dict[Socket, dict[int, Watched]] = {}
        self._watchers: Sequence[dict[int, set[Socket]]] = [{} for _ in range(PARTS)]
        self._heard_of: set[int] = set()
        self._wake = asyncio.Event()
        hub.watchers.append(self._came_or_went)
        hub.listeners.append(self._heard)
        hub.closers.append(self._leases.close)
        hub.run(self._settle())
        hub.run(self._renew())
        hub.run(self._follow())
        hub.run(self._go_round())

    async def watch(self, socket: Socket, user_ids: list[int]) -> list[Presence]:
        """Replace the socket's list; the people's state now."""
        online, _ = await self._online(user_ids)
        states = await threads.run(look, socket.user_id, user_ids, online)
        self.replace(socket, {int(s.user): Watched(int(s.user) in online, s) for s in states})
        return states

    def replace(self, socket: Socket, watched: dict[int, Watched]) -> None:
        """From now on the socket watches these people, of whom it was told this."""
        if socket not in self._watching:
            socket.on_end.append(lambda: self._forget(socket))
        self._forget(socket)
        self._watching[socket] = watched
        for user_id in watched:
            self._watchers[user_id % PARTS].setdefault(user_id, set()).add(socket)

    def _forget(self, socket: Socket) -> None:
        for user_id in self._watching.pop(socket, ()):
            part = self._watchers[user_id % PARTS]
            part[user_id].discard(socket)
            if not part[user_id]:
                del part[user_id]

    def _came_or_went(self, user_id: int, here: bool) -> None:
        if here:
            self._left.pop(user_id, None)
            self._arrived.add(user_id)
        else:
            self._left[user_id] = time.monotonic()

    def _heard(self, user_id: int) -> None:
        if user_id in self._watchers[user_id % PARTS]:
            self._heard_of.add(user_id)
            self._wake.set()

    async def _settle(self) -> None:
        """Several times a second, all arrivals and departures since the last time."""
        while True:
            await asyncio.sleep(SETTLE_SECONDS)
            due = time.monotonic() - GRACE
            gone = {user_id for user_id, at in self._left.items() if at < due}
            arrived, self._arrived = self._arrived, set()
            if not arrived and not gone:
                continue
            for user_id in gone:
                del self._left[user_id]
            if not await self._leases.hold(arrived):
                self._renew_soon = True
            await self._leases.drop(gone)
            if gone:
                await threads.run(_note_seen, gone)
            for part in slices([*arrived, *gone]):
                for user_id in part:
                    self._heard(user_id)
                    self._hub.publish(sealing.Changed(user_id))
                await asyncio.sleep(0)

    def _here(self, user_ids: Iterable[int]) -> set[int]:
        return {u for u in user_ids if u in self._hub.users or u in self._left}

    async def _online(self, user_ids: Collection[int]) -> tuple[set[int], bool]:
        """Those of a slice who are known to be online, and whether the others are known not to be:
        while Redis is away nobody knows of the other processes' people."""
        here = self._here(user_ids)
        elsewhere = await self._leases.online(u for u in user_ids if u not in here)
        return here | (elsewhere or set()), elsewhere is not None

    async def _renew(self) -> None:
        """All leases, in time; and soon after one could not be taken."""
        renewed = time.monotonic()
        while True:
            await asyncio.sleep(1)
            if self._renew_soon or time.monotonic() - renewed > RENEW_SECONDS:
                renewed = time.monotonic()
                self._renew_soon = not await self._leases.hold([*self._hub.users, *self._left])

    async def _follow(self) -> None:
        """Tell watchers of those who were heard of, at once."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            heard_of, self._heard_of = self._heard_of, set()
            for part in slices(list(heard_of)):
                if not await self._compare(part, all_doubtful=True):
                    self._heard_of.update(part)
                    self._wake.set()
                    await asyncio.sleep(1)

    async def _go_round(self) -> None:
        """Compare all that are watched with the leases, a slice at a time, for ever."""
        while True:
            count = sum(map(len, self._watchers))
            if not count:
                await asyncio.sleep(ROUND_SECONDS)
                continue
            people = chain.from_iterable(map(list, self._watchers))  # listed a part at a time
            for part in slices(people):
                await asyncio.sleep(max(SLICE_SECONDS, ROUND_SECONDS * len(part) / count))
                await self._compare(part)

    async def _compare(self, user_ids: Collection[int], *, all_doubtful: bool = False) -> bool:
        """Tell watchers what is different now; False if that could not be looked up for all: then
        what was known of the others stands. Who may see it is asked only where there is a doubt."""
        try:
            online, certain = await self._online(user_ids)
            doubtful: dict[Socket, list[int]] = {}
            for user_id in user_ids if certain else online:
                for socket in self._watchers[user_id % PARTS].get(user_id, ()):
                    known = self._watching[socket][user_id].online
                    if all_doubtful or known != (user_id in online):
                        doubtful.setdefault(socket, []).append(user_id)
            for socket, people in doubtful.items():
                await self._look_again(socket, people, online)
        except Exception as error:
            logger.warning("presence not compared: %r", error)
            return False
        return certain

    async def _look_again(self, socket: Socket, user_ids: list[int], online: set[int]) -> None:
        states = await threads.run(look, socket.user_id, user_ids, online)
        known = self._watching.get(socket, {})
        for state in states:
            user_id = int(state.user)
            if (before := known.get(user_id)) is None:
                continue
            known[user_id] = Watched(user_id in online, state)
            if state != before.shown:
                socket.signal(frames.text(frames.Signal("presence", state)))


@command_on_loop("presence.watch", WatchPresence, PresenceList)
async def watch_presence(socket: Socket, given: WatchPresence) -> PresenceList:
    """Watch the presence of people I have a chat with"""
    wanted = [int(u) for u in dict.fromkeys(given.users) if u.isascii() and u.isdigit()]
    return PresenceList(presence=await socket.hub.companion(PresenceDesk).watch(socket, wanted))
