"""The process that sends: `manage.py send_pushes`. As many as there are share the work.

It asks the outbox, sends at most so many at once, and writes down what became of them. Killed at
any moment it loses nothing: what it had claimed is due again when its lease ends, and the repeat
has the same ids, so nobody is shown anything twice.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from feed.push.apns import Apns
from feed.push.claiming import Claimed, claim
from feed.push.connection import Unreachable
from feed.push.fcm import Fcm
from feed.push.reaching import Reaching
from feed.push.service import Outcome, Service
from feed.push.settling import Ended, settle_sent
from feed.push.waiting import tell_waiting
from feed.push.webpush import WebPush
from project.addresses import NotPublic

logger = logging.getLogger(__name__)

T = TypeVar("T")

IN_FLIGHT = 400
"""Pushes at once; one connection carries a hundred."""
BATCH = 200
IDLE_SECONDS = 0.4
TURN_SECONDS = 0.02
"""Between two looks at the outbox while something is on its way."""
REST_SECONDS = 2.0
"""After the database failed."""
STOP_SECONDS = 12.0
COUNT_SECONDS = 15.0
"""Between two counts of the whole outbox."""


def services(reaching: Reaching) -> dict[str, Service]:
    """Those that have keys, by the platform of devices."""
    found: dict[str, Service] = {}
    if settings.VAPID_PRIVATE_KEY:
        found["web"] = WebPush(reaching)
    if settings.FCM_CREDENTIALS:
        found["android"] = Fcm(reaching)
    if settings.APNS_KEY:
        found["ios"] = Apns(reaching)
    return found


class Worker:
    def __init__(self) -> None:
        self._reaching = Reaching()
        self._services = services(self._reaching)
        self._flying: set[asyncio.Task[None]] = set()
        self._ended: list[Ended] = []
        self._stopping = asyncio.Event()
        self._counted = -COUNT_SECONDS
        # The database is asked by one thread, so with one connection.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="push-database")

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is on its way has ended."""
        self._stopping.set()

    async def run(self) -> None:
        while not self._stopping.is_set():
            await self._settle()
            await self._count()
            found = await self._claim()
            for claimed in found:
                task = asyncio.create_task(self._send(claimed))
                self._flying.add(task)
                task.add_done_callback(self._flying.discard)
            if len(found) < BATCH:
                await self._rest(TURN_SECONDS if self._flying or self._ended else IDLE_SECONDS)
        if self._flying:
            await asyncio.wait(self._flying, timeout=STOP_SECONDS)
        await self._settle()
        await self._reaching.close()
        self._thread.shutdown()

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _claim(self) -> list[Claimed]:
        room = IN_FLIGHT - len(self._flying) - len(self._ended)
        if room < BATCH // 4:
            return []
        try:
            return await self._ask(lambda: claim(min(room, BATCH)))
        except (InterfaceError, OperationalError) as error:
            logger.warning("pushes are not claimed: %r", error)
            await self._rest(REST_SECONDS)
            return []

    async def _count(self) -> None:
        now = time.monotonic()
        if now - self._counted < COUNT_SECONDS:
            return
        self._counted = now
        try:
            await self._ask(tell_waiting)
        except (InterfaceError, OperationalError) as error:
            logger.warning("the outbox is not counted: %r", error)

    async def _send(self, claimed: Claimed) -> None:
        outcome = await self._outcome(claimed)
        self._ended.append((claimed, outcome))

    async def _outcome(self, claimed: Claimed) -> Outcome:
        service = self._services.get(claimed.platform)
        if service is None:
            return Outcome("failed", "not configured")
        try:
            return await service.send(claimed.push)
        except Unreachable as error:
            return Outcome("again", str(error))
        except NotPublic as error:
            return Outcome("failed", f"not public: {error}")
        except Exception:
            logger.exception("a push failed by a mistake of ours")
            return Outcome("failed", "internal")

    async def _settle(self) -> None:
        """Write down what has ended. What cannot be written is kept for the next time."""
        ended, self._ended = self._ended, []
        if not ended:
            return
        try:
            await self._ask(lambda: settle_sent(ended))
        except (InterfaceError, OperationalError) as error:
            logger.warning("outcomes of pushes are not written yet: %r", error)
            self._ended = ended + self._ended
            await self._rest(REST_SECONDS)

    async def _ask(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, _asked, function)


def _asked(function: Callable[[], T]) -> T:
    """In the thread; the connection goes back to the pool."""
    try:
        return function()
    finally:
        connection.close()
