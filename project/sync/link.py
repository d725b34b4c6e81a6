"""The hub's link to the other processes: one channel of the layer, in the group of all hubs.

All hubs get all bundles and pick out what is for their own people. That costs a process a few
microseconds per message of the others; a group per user cost it a hundred per message of its own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from channels.layers import get_channel_layer

from project.sync import sealing
from project.sync.publisher import GROUP

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


class Link:
    """Everything here may fail or hang, since Redis may; nobody waits for it."""

    def __init__(self, received: Callable[[sealing.Bundle], None]) -> None:
        self._layer = get_channel_layer()
        self._received = received

    async def run(self) -> None:
        """Join the group and read it, until cancelled."""
        channel = await self._join()
        while True:
            try:
                message = await self._layer.receive(channel)
            except Exception as error:  # whoever reaches Redis can publish what is no message
                logger.info("something on the channel layer cannot be read: %r", error)
                continue
            bundle = sealing.unseal(message.get("body")) if isinstance(message, dict) else None
            if bundle is not None:
                self._received(bundle)

    async def _join(self) -> str:
        while True:
            try:
                channel: str = await self._layer.new_channel("hub.")
                await self._layer.group_add(GROUP, channel)
            except Exception as error:
                logger.warning("the channel layer is away: %r", error)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return channel
