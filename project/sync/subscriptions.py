"""The hub's place in the channel layer: one channel, one group per connected user.

Everything here may fail or hang, since Redis may. A socket waits for its group a moment at most;
what could not be subscribed is tried again until it works, and the database is asked meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from channels.layers import get_channel_layer

from project.sync.publisher import HUBS, group_of

logger = logging.getLogger(__name__)

PATIENCE = 0.5
RETRY_SECONDS = 1.0


class Subscriptions:
    def __init__(self, received: Callable[[object], None]) -> None:
        self._layer = get_channel_layer()
        self._received = received
        self._channel: str | None = None
        self._wanted: set[int] = set()
        self._missing: set[int] = set()
        self._held: set[int] = set()
        self._away = False

    async def add(self, user_id: int) -> None:
        """Subscribe, or note it for later when Redis does not answer in time."""
        self._wanted.add(user_id)
        self._missing.add(user_id)
        if self._channel is None or self._away:
            return
        try:
            await asyncio.wait_for(self._subscribe(user_id), PATIENCE)
        except Exception as error:
            self._away = True
            logger.warning("the channel layer does not subscribe: %r", error)

    def discard(self, user_id: int) -> None:
        self._wanted.discard(user_id)
        self._missing.discard(user_id)

    async def run(self) -> None:
        """Hold the channel and read it, until cancelled."""
        while self._channel is None:
            try:
                channel = await self._layer.new_channel("hub.")
                await self._layer.group_add(HUBS, channel)
                self._channel = channel
            except Exception as error:
                logger.warning("the channel layer is away: %r", error)
                await asyncio.sleep(RETRY_SECONDS)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._read())
            group.create_task(self._repair())

    async def _read(self) -> None:
        assert self._channel is not None
        while True:
            message = await self._layer.receive(self._channel)
            if isinstance(message, dict):
                self._received(message.get("body"))

    async def _repair(self) -> None:
        """Subscribe what is missing, and leave groups of users who are gone."""
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            try:
                for user_id in tuple(self._missing):
                    await asyncio.wait_for(self._subscribe(user_id), 5)
                self._away = False
                for user_id in self._held - self._wanted:
                    await self._layer.group_discard(group_of(user_id), self._channel)
                    self._held.discard(user_id)
            except Exception as error:
                logger.info("groups are not subscribed yet: %r", error)

    async def _subscribe(self, user_id: int) -> None:
        await self._layer.group_add(group_of(user_id), self._channel)
        self._missing.discard(user_id)
        self._held.add(user_id)
