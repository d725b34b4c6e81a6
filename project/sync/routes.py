"""Channels for users: with many hubs a note goes only where its user is.

A few hubs share one channel and each reads all bundles (`link`). That costs every hub a share of
what all others do, so from the fourth hub on each subscribes to a channel for each of its users and
says so in its greetings. Once all say so, notes for one user go to that user's channel, and the
common one is left with greetings and what all must hear. The users' channels are spread over
`REDIS_HINT_URLS`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from project.sync import sealing
from project.sync.redis_line import RedisLine

logger = logging.getLogger(__name__)

HUBS = 4
"""From so many on."""
PATIENCE = 6.0
"""Seconds that a hub goes on hearing its users' channels after it has said that it does not."""
RETRY_SECONDS = 1.0
TOUCH = 2.5
DEAD = 6.0
"""Seconds without an echo after which a line is taken for cut."""
SUBSCRIBES = 1_000


def urls() -> list[str]:
    return settings.REDIS_HINT_URLS or [settings.REDIS_URL]


def place_of(user_id: int) -> int:
    """Which of `urls` the user's channel is on."""
    return user_id % len(urls())


def channel_of(user_id: int) -> bytes:
    return b"%s.user.%d" % (settings.LAYER_PREFIX.encode(), user_id)


def echo_of(hub: str) -> bytes:
    """The channel on which a hub hears itself, which shows that this Redis works."""
    return f"{settings.LAYER_PREFIX}.hub.{hub}".encode()


class Routes:
    """What one hub hears of its users. `received` gets every bundle, `late` the users whose channel
    is heard from now on: what was told a moment earlier went past it."""

    def __init__(
        self,
        name: str,
        received: Callable[[sealing.Bundle], None],
        late: Callable[[list[int]], None],
    ) -> None:
        self._routes = [_Route(url, echo_of(name), received, late) for url in urls()]
        self._few_since = 0.0
        self.active = False

    async def run(self) -> None:
        await asyncio.gather(*(route.run() for route in self._routes))

    @property
    def announced(self) -> bool:
        """Whether all of this hub's users can be told by their channels."""
        return self.active and not self._few_since and all(r.complete for r in self._routes)

    def adapt(self, hubs: int, users: Iterable[int]) -> None:
        """To be called each second with the number of hubs and this one's users."""
        now = time.monotonic()
        for route in self._routes:
            route.check(now)
        if hubs >= HUBS:
            self._few_since = 0.0
            if not self.active:
                self.active = True
                for user_id in users:
                    self.come(user_id)
        elif self.active:
            self._few_since = self._few_since or now
            if now - self._few_since > PATIENCE:
                self.active = False
                for route in self._routes:
                    route.clear()

    def come(self, user_id: int) -> None:
        if self.active:
            self._routes[place_of(user_id)].subscribe(user_id)

    def go(self, user_id: int) -> None:
        if self.active:
            self._routes[place_of(user_id)].unsubscribe(user_id)


class _Route:
    """The users' channels that are on one Redis."""

    def __init__(
        self,
        url: str,
        echo: bytes,
        received: Callable[[sealing.Bundle], None],
        late: Callable[[list[int]], None],
    ) -> None:
        self._url = url
        self._echo = echo
        self._received = received
        self._late = late
        self._line: RedisLine | None = None
        self._users: dict[bytes, int] = {}
        self._missing: set[bytes] = set()
        self._heard = 0.0

    @property
    def complete(self) -> bool:
        return not self._missing and time.monotonic() - self._heard < TOUCH

    def check(self, now: float) -> None:
        if self._line is not None and now - self._heard > DEAD:
            self._line.close()  # its reader ends and opens another one

    def subscribe(self, user_id: int) -> None:
        channel = channel_of(user_id)
        self._users[channel] = user_id
        self._missing.add(channel)
        if self._line is not None:
            self._line.send([("SUBSCRIBE", channel)])

    def unsubscribe(self, user_id: int) -> None:
        channel = channel_of(user_id)
        self._users.pop(channel, None)
        self._missing.discard(channel)
        if self._line is not None:
            self._line.send([("UNSUBSCRIBE", channel)])

    def clear(self) -> None:
        for user_id in list(self._users.values()):
            self.unsubscribe(user_id)

    async def run(self) -> None:
        while True:
            try:
                self._line = await RedisLine.open(self._url)
                self._heard = time.monotonic()
                self._missing = set(self._users)
                channels = [self._echo, *self._users]
                for start in range(0, len(channels), SUBSCRIBES):
                    self._line.send([("SUBSCRIBE", *channels[start : start + SUBSCRIBES])])
                while True:
                    self._take(await self._line.read())
            except Exception as error:
                logger.info("the users' channels are away: %r", error)
            finally:
                if self._line is not None:
                    self._line.close()
                    self._line = None
            await asyncio.sleep(RETRY_SECONDS)

    def _take(self, replies: list[Any]) -> None:
        late: list[int] = []
        for reply in replies:
            match reply:
                case [b"message", channel, _] if channel == self._echo:
                    self._heard = time.monotonic()
                case [b"message", _, payload]:
                    if (bundle := sealing.unseal(payload)) is not None:
                        self._received(bundle)
                case [b"subscribe", channel, _] if channel in self._missing:
                    self._missing.discard(channel)
                    late.append(self._users[channel])
        if late:
            self._late(late)
