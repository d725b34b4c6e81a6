"""Comparing what sockets know with what the database holds, every few seconds.

This bounds the delay of everything that a lost hint could have told: a process that died between
commit and publish, Redis away, a subscription that was late, a revoked session.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from project.sync import credentials, log, threads

if TYPE_CHECKING:
    from project.sync.hub import Hub

logger = logging.getLogger(__name__)

SECONDS = 5.0
SECONDS_WITHOUT_REDIS = 0.5


def look(user_ids: Iterable[int], session_ids: Iterable[int]) -> tuple[dict[int, int], set[int]]:
    """The users' heads, and which of the sessions have ended."""
    return log.heads_of(user_ids), credentials.check().ended(session_ids)


class AntiEntropy:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def run(self) -> None:
        compared = 0.0
        while True:
            await asyncio.sleep(SECONDS_WITHOUT_REDIS)
            if self._hub.neighbours.in_touch and time.monotonic() - compared < SECONDS:
                continue
            compared = time.monotonic()
            try:
                await self.compare()
            except Exception as error:
                logger.warning("heads not compared: %r", error)

    async def compare(self) -> None:
        """One look at the database for all users of this process."""
        users = self._hub.users
        if not users:
            return
        sessions = {s.identity.session_id for sockets in users.values() for s in sockets}
        heads, ended = await threads.run_to_sync(look, tuple(users), sessions)
        for user_id, sockets in list(users.items()):
            for socket in tuple(sockets):
                if socket.identity.session_id in ended:
                    socket.close_soon(4403, "revoked")
                else:
                    socket.stream.advance(heads.get(user_id, 0))
