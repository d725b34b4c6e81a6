"""Presence: whether the people one chats with are online, told while it changes.

Like everything that is not in the log it may be late, never wrong for long: what watchers know is
compared with the leases every few seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterable
from typing import NamedTuple

from django.db import DatabaseError

from accounts.public import announcements, note_seen, presence_visible
from chat.doors.inputs import WatchPresence
from chat.doors.wire import Presence, PresenceList
from chat.presence.leases import RENEW_SECONDS, Leases
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
COMPARE_SECONDS = 5.0
SETTLE_SECONDS = 0.2


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


class Watched(NamedTuple):
    """Somebody on a watch list: whether they are online, and what the watcher was told of it."""

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
        self._left: dict[int, float] = {}
        self._watching: dict[Socket, dict[int, Watched]] = {}
        self._heard_of: set[int] = set()
        self._wake = asyncio.Event()
        hub.watchers.append(self._came_or_went)
        hub.listeners.append(self._heard)
        hub.closers.append(self._leases.close)
        hub.run(self._settle())
        hub.run(self._renew())
        hub.run(self._compare())

    async def watch(self, socket: Socket, user_ids: list[int]) -> list[Presence]:
        """Replace the socket's list; the people's state now."""
        online = await self._online(user_ids)
        states = await threads.run(look, socket.user_id, user_ids, online)
        if socket not in self._watching:
            socket.on_end.append(lambda: self._watching.pop(socket, None))
        self._watching[socket] = {
            user_id: Watched(user_id in online, state)
            for state in states
            for user_id in (int(state.user),)
        }
        return states

    def _came_or_went(self, user_id: int, here: bool) -> None:
        if here:
            self._left.pop(user_id, None)
            self._arrived.add(user_id)
        else:
            self._left[user_id] = time.monotonic()

    def _heard(self, user_id: int) -> None:
        if any(user_id in watched for watched in self._watching.values()):
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
            await self._leases.hold(arrived)
            await self._leases.drop(gone)
            for user_id in arrived | gone:
                self._heard(user_id)
                self._hub.publish(sealing.Changed(user_id))
            if gone:
                await threads.run(_note_seen, gone)

    async def _online(self, user_ids: Iterable[int]) -> set[int]:
        asked = set(user_ids)
        here = asked & (self._hub.users.keys() | self._left.keys())
        return here | await self._leases.online(asked - here)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            await self._leases.hold(self._hub.users.keys() | self._left.keys())

    async def _compare(self) -> None:
        """Tell watchers what changed: at once when it is heard of, else every few seconds."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), COMPARE_SECONDS)
            self._wake.clear()
            try:
                await self._tell_changes()
            except Exception as error:
                logger.warning("presence not compared: %r", error)

    async def _tell_changes(self) -> None:
        wanted = {user_id for watched in self._watching.values() for user_id in watched}
        if not wanted:
            return
        heard_of, self._heard_of = self._heard_of, set()
        online = await self._online(wanted)
        for socket, known in list(self._watching.items()):
            doubtful = [
                user_id
                for user_id, watched in known.items()
                if user_id in heard_of or watched.online != (user_id in online)
            ]
            if doubtful:
                await self._look_again(socket, doubtful, online)

    async def _look_again(self, socket: Socket, user_ids: list[int], online: set[int]) -> None:
        known = self._watching.get(socket, {})
        for state in await threads.run(look, socket.user_id, user_ids, online):
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
