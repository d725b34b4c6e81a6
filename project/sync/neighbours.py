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

SECONDS = 1.0
MEMORY = 5.0
TOUCH = 2.5


class Neighbours:
    """`in_touch`: the layer works. `none`: it works, and no other hub is there. `count`: the hubs
    that lived when it worked last, this one among them. `routed`: all of them hear their users'
    channels."""

    def __init__(self, name: str, greet: Callable[[], None]) -> None:
        self._name = name
        self._greet = greet
        self._heard: dict[str, float] = {}
        self._routed: dict[str, bool] = {}
        self._listening_since = time.monotonic()
        self.in_touch = False
        self.none = False
        self.count = 1
        self.routed = False

    async def run(self) -> None:
        while True:
            self._greet()
            await asyncio.sleep(SECONDS)
            self._judge()

    def lost(self) -> None:
        """A greeting or note could not be sent."""
        self._heard.clear()
        self._judge()

    def heard(self, name: str, routed: bool = False) -> None:
        """Something has come from this hub, perhaps our own."""
        self._heard[name] = time.monotonic()
        self._routed[name] = routed
        self._judge()

    def _judge(self) -> None:
        now = time.monotonic()
        self._heard = {name: at for name, at in self._heard.items() if now - at < MEMORY}
        self.in_touch = now - self._heard.get(self._name, -MEMORY) < TOUCH
        self._routed = {name: self._routed[name] for name in self._heard}
        self.routed = self.in_touch and all(self._routed.values())
        if self.in_touch:
            self.count = len(self._heard)
        else:
            self._listening_since = now
        listened = now - self._listening_since >= MEMORY  # else the others had no time to greet
        self.none = listened and self._heard.keys() <= {self._name}
