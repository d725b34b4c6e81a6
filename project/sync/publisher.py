"""Publishing to the other processes. Nothing ever waits for it.

Notes are collected while one bundle is under way and leave in the next. When Redis fails, the
publisher rests a moment and drops what comes meanwhile: the hubs find out from the database.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import hiredis
from channels.layers import get_channel_layer
from django.conf import settings

from project.metrics import DROPPED
from project.sync import routes as channels
from project.sync import sealing
from project.sync.redis_line import Command, RedisLine

if TYPE_CHECKING:
    from project.sync.hub import Hub

logger = logging.getLogger(__name__)

REST_SECONDS = 2.0
LIMIT = 20_000
BUNDLE = 500
GROUP = "hubs"
"""The channel layer's group of all hubs."""
CHANNEL = f"{settings.LAYER_PREFIX}__group__{GROUP}"
"""The Redis channel behind that group, as the pub/sub layer names it."""

ROUTED_KEY = f"{settings.LAYER_PREFIX}.routed"
"""There while all hubs hear their users' channels: what processes without a hub go by."""
ROUTED_SECONDS = "3"
GREETED_KEY = f"{settings.LAYER_PREFIX}.greeted"
"""Written with each greeting: what became a replica lets us publish to nobody, and refuses this."""


def as_layer_message(bundle: sealing.Bundle) -> bytes:
    """The bytes that the layer's own `group_send` would publish for this bundle."""
    layer = get_channel_layer()
    message: bytes = layer.serialize({"type": "sync.bundle", "body": sealing.seal(bundle)})
    return message


class Publisher:
    """One per hub, whose name it signs with."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._waiting: list[sealing.Note] = []
        self._greeting = False
        self._task: asyncio.Task[None] | None = None
        self._lines: dict[str, RedisLine] = {}

    def publish(self, note: sealing.Note) -> None:
        """Have it sent with the next bundle."""
        if len(self._waiting) >= LIMIT:
            DROPPED.inc()
            return
        self._waiting.append(note)
        self._wake()

    def greet(self) -> None:
        """Have a bundle sent, be it an empty one."""
        self._greeting = True
        self._wake()

    def _wake(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def done(self) -> None:
        """Wait until nothing waits to be sent."""
        while (task := self._task) is not None:
            await asyncio.wait([task])

    async def close(self) -> None:
        if (task := self._task) is not None:
            task.cancel()
            await asyncio.wait([task], timeout=1)  # it may be about to open another line
        self._hang_up()

    def _hang_up(self) -> None:
        while self._lines:
            self._lines.popitem()[1].close()

    async def _run(self) -> None:
        try:
            while self._waiting or self._greeting:
                notes, self._waiting = self._waiting[:BUNDLE], self._waiting[BUNDLE:]
                greeting, self._greeting = self._greeting, False
                await self._send(notes, greeting)
        finally:
            self._task = None

    async def _send(self, notes: list[sealing.Note], greeting: bool) -> None:
        try:
            for url, commands in self._commands(notes, greeting).items():
                if url not in self._lines:
                    self._lines[url] = await RedisLine.open(url)
                await self._lines[url].ask(commands)
        except (hiredis.HiredisError, OSError, TimeoutError) as error:
            logger.warning("Redis is away, hints are not published: %r", error)
            self._hang_up()
            self._hub.neighbours.lost()
            await asyncio.sleep(REST_SECONDS)
            DROPPED.inc(len(notes) + len(self._waiting))
            self._waiting.clear()

    def _commands(self, notes: list[sealing.Note], greeting: bool) -> dict[str, list[Command]]:
        """What to send to each Redis. Notes for one user go to that user's channel if all hubs hear
        those, and everything else to the channel of all hubs."""
        name, routes = self._hub.name, self._hub.routes
        common: list[sealing.Note] = []
        users: dict[int, list[sealing.Note]] = {}
        commands: dict[str, list[Command]] = {}
        for note in notes:
            if self._hub.neighbours.routed and not isinstance(note, sealing.Changed):
                users.setdefault(note.user_id, []).append(note)
            else:
                common.append(note)
        urls = channels.urls()
        for user_id, own in users.items():
            sealed = sealing.seal(sealing.Bundle(name, own))
            told = commands.setdefault(urls[channels.place_of(user_id)], [])
            told.append(("PUBLISH", channels.channel_of(user_id), sealed))
        if greeting:
            for url in {settings.REDIS_URL, *urls}:
                commands.setdefault(url, []).append(("SET", GREETED_KEY, "1"))
            for url in urls:
                commands[url].append(("PUBLISH", channels.echo_of(name), b""))
        if greeting and self._hub.neighbours.routed:
            flag = ("SET", ROUTED_KEY, "1", "EX", ROUTED_SECONDS)
            commands.setdefault(settings.REDIS_URL, []).append(flag)
        if common or greeting:
            bundle = sealing.Bundle(name, common, routes.announced)
            message = ("PUBLISH", CHANNEL, as_layer_message(bundle))
            commands.setdefault(settings.REDIS_URL, []).append(message)
        return commands
