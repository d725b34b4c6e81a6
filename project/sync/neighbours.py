"""Which other hubs live, and whether the layer carries anything at all.

Every hub greets all hubs each second and hears itself too. Hearing itself proves that Redis takes
what is published and brings what is subscribed; hearing nobody else means that there is nobody to
publish to, which spares a single process the whole trip. A wrong guess costs what any lost hint
costs: the few seconds until the heads are compared.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from project.sync import sealing

SECONDS = 1.0
MEMORY = 5.0
TOUCH = 2.5


class Neighbours:
    def __init__(self, name: str, publish: Callable[[sealing.Note], None]) -> None:
        self._name = name
        self._publish = publish
        self._heard: dict[str, float] = {}
        self.in_touch = False
        self.none = False

    async def run(self) -> None:
        while True:
            self._publish(sealing.Hello(self._name))
            await asyncio.sleep(SECONDS)
            self._judge()

    def heard(self, name: str) -> None:
        """A greeting has come, perhaps our own."""
        self._heard[name] = time.monotonic()
        self._judge()

    def _judge(self) -> None:
        now = time.monotonic()
        self.in_touch = now - self._heard.get(self._name, 0.0) < TOUCH
        others = [at for name, at in self._heard.items() if name != self._name]
        self.none = self.in_touch and not any(now - at < MEMORY for at in others)
