"""Sockets of a process that ends: each is answered what it has asked, hears when to come back, each
at another moment, and is closed."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from project.sync.hub import Hub

SPREAD = 4.0
"""Seconds over which clients come back: with one more for a handshake, all are there after five."""
ANSWER_SECONDS = 3.0
"""For so long a socket waits for the answers to its commands."""


def when_to_come_back() -> float:
    """Seconds, for one client."""
    return random.random() * SPREAD


async def say(hub: Hub) -> None:
    """To all sockets at once; whoever comes from now on hears it first of all. What was committed
    here is told to the other processes before this one ends."""
    hub.ending = True
    sockets = [socket for sockets in hub.users.values() for socket in sockets]
    retiring = (socket.retire(when_to_come_back(), ANSWER_SECONDS) for socket in sockets)
    await asyncio.gather(*retiring, return_exceptions=True)
    await hub.publisher.done()
