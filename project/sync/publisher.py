"""Publishing to the other processes. Nothing ever waits for it.

Notes are collected while one pipeline is under way and leave in the next. When Redis fails, the
publisher rests a moment and drops what comes meanwhile: the hubs find out from the database.
"""

from __future__ import annotations

import asyncio
import logging

import redis.asyncio
from channels.layers import get_channel_layer
from django.conf import settings

from project.metrics import DROPPED
from project.sync import sealing

logger = logging.getLogger(__name__)

TIMEOUT = 0.5
REST_SECONDS = 2.0
LIMIT = 20_000
BATCH = 1_000


HUBS = "hubs"


def group_of(user_id: int) -> str:
    """The channel layer's group of a user's devices."""
    return f"user.{user_id}"


def channel_for(note: sealing.Note) -> str:
    """The Redis channel behind the group that the note is for, as the pub/sub layer names it."""
    match note:
        case sealing.Hello() | sealing.Changed():
            group = HUBS
        case _:
            group = group_of(note.user_id)
    return f"{settings.LAYER_PREFIX}__group__{group}"


def as_layer_message(note: sealing.Note) -> bytes:
    """The bytes that the layer's own `group_send` would publish for this note."""
    layer = get_channel_layer()
    message: bytes = layer.serialize({"type": "sync.note", "body": sealing.seal(note)})
    return message


class Publisher:
    """One per hub."""

    def __init__(self) -> None:
        self._waiting: list[sealing.Note] = []
        self._task: asyncio.Task[None] | None = None
        self._redis = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT
        )

    def publish(self, note: sealing.Note) -> None:
        if len(self._waiting) >= LIMIT:
            DROPPED.inc()
            return
        self._waiting.append(note)
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        await self._redis.aclose()

    async def _run(self) -> None:
        try:
            while self._waiting:
                notes, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                await self._send(notes)
        finally:
            self._task = None

    async def _send(self, notes: list[sealing.Note]) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        for note in notes:
            pipeline.publish(channel_for(note), as_layer_message(note))
        try:
            await asyncio.wait_for(pipeline.execute(), TIMEOUT)
        except (redis.RedisError, OSError, TimeoutError) as error:
            logger.warning("Redis is away, hints are not published: %r", error)
            await asyncio.sleep(REST_SECONDS)
            DROPPED.inc(len(notes) + len(self._waiting))
            self._waiting.clear()
