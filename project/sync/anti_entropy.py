"""Comparing what sockets know with what the database holds, every few seconds.

This bounds the delay of everything that a lost hint could have told: a process that died between
commit and publish, Redis away, a subscription that was late, a revoked session.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from project.sync import credentials, history, log, threads

if TYPE_CHECKING:
    from project.sync.hub import Hub
    from project.sync.socket import Socket

logger = logging.getLogger(__name__)

SECONDS = 5.0
SECONDS_WITHOUT_REDIS = 0.5
SECONDS_PER_HUB = 0.05
"""Without Redis all hubs ask often, and it is one database that answers: many ask more rarely."""
SLICE = 5_000
"""Users in one query."""
SPREAD = 5.0
"""Seconds over which devices come back after a reset."""


def look(known: Mapping[int, int], session_ids: Collection[int]) -> tuple[dict[int, int], set[int]]:
    """The heads of the users that are not where they are known to be, and which of the sessions
    have ended."""
    return log.heads_other_than(known), credentials.check().ended(session_ids)


class AntiEntropy:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._witness = history.Witness()
        self._epoch = ""

    async def run(self) -> None:
        compared = 0.0
        while True:
            await asyncio.sleep(SECONDS_WITHOUT_REDIS)
            if time.monotonic() - compared < self._pause():
                continue
            compared = time.monotonic()
            try:
                await self.compare()
            except Exception as error:
                logger.warning("heads not compared: %r", error)

    def _pause(self) -> float:
        if self._hub.neighbours.in_touch:
            return SECONDS
        return min(SECONDS, self._hub.neighbours.count * SECONDS_PER_HUB)

    async def compare(self) -> None:
        """One look at the database for all users of this process."""
        if not self._hub.users:
            return
        in_touch = self._hub.neighbours.in_touch
        self._epoch = await threads.run_to_sync(self._look_at_history, in_touch)
        users = tuple(self._hub.users)
        for start in range(0, len(users), SLICE):
            if await self._compare_slice(users[start : start + SLICE], self._epoch):
                return await self.compare()

    async def compare_users(self, users: Sequence[int]) -> None:
        """The same for some of them, in between. If it fails, the next comparison does it."""
        if not self._epoch:
            return
        try:
            await self._compare_slice(users, self._epoch)
        except Exception as error:
            logger.warning("heads not compared: %r", error)

    def _look_at_history(self, in_touch: bool) -> str:
        return self._witness.epoch(with_redis=in_touch)

    async def _compare_slice(self, users: Sequence[int], epoch: str) -> bool:
        """Tell these users' sockets what the database says of them; whether it proved to be older
        than what some of them were told."""
        sockets = [socket for user in users for socket in self._hub.users.get(user, ())]
        known, told = _known(sockets, epoch)
        sessions = {socket.identity.session_id for socket in sockets}
        heads, ended = await threads.run_to_sync(look, known, sessions)
        for socket in sockets:
            if socket.identity.session_id in ended:
                socket.close_soon(4403, "revoked")
            elif socket.epoch not in ("", epoch):
                socket.close_soon(1012, "reset", random.random() * SPREAD)
            elif (head := heads.get(socket.user_id)) is not None:
                socket.stream.advance(head)
        for user_id, head in heads.items():
            if head < told.get(user_id, 0):
                evidence = history.Told(epoch, user_id, told[user_id])
                return await threads.run_to_sync(history.settle, evidence) != epoch
        return False


def _known(sockets: Iterable[Socket], epoch: str) -> tuple[dict[int, int], dict[int, int]]:
    """Where each user's sockets hold the log to end (-1 where they differ), and how far any of them
    was told in this epoch. To be read before the database is: what is told later proves nothing."""
    known: dict[int, int] = {}
    told: dict[int, int] = {}
    for socket in sockets:
        user_id, head = socket.user_id, socket.stream.head
        known[user_id] = head if known.setdefault(user_id, head) == head else -1
        if socket.epoch == epoch:
            told[user_id] = max(told.get(user_id, 0), socket.stream.cursor)
    return known, told
