"""One device's place in its user's log: resume, catch-up and the live stream are this one path.

A hint may bring the update itself. It is forwarded only if it is the very next position; anything
else means that the rows are read from the database. So hints may be lost, doubled or late.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import NamedTuple

from project import wire
from project.metrics import CATCH_UPS
from project.sync import frames, kinds, log, threads
from project.sync.outlet import Outlet

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
PAGE_BYTES = 512 * 1024
"""A page is told in one go, so it stays well below what an outlet may hold."""
SHORT_PAGE = 25


class Page(NamedTuple):
    """The positions from `first` to `last`, and what of them this part of the socket tells."""

    first: int
    last: int
    texts: list[str]


def read_page(user_id: int, after: int, part: str | None, limit: int) -> Page | None:
    """At most `limit` updates above `after`, fewer if they are large or some are not there yet;
    None if there are none."""
    CATCH_UPS.inc()
    position, rows = log.read(user_id, after, limit)
    if position.floor > after:
        return Page(position.floor + 1, position.floor, [])
    if not rows:
        return None
    texts: list[str] = []
    size, last = 0, after
    for row, rendered in zip(rows, kinds.render(user_id, rows), strict=False):
        if size > PAGE_BYTES:
            break
        last = row.pts
        if kinds.told_on(part, rendered.kind):
            data = wire.encode(rendered.data)
            texts.append(frames.update_text(row.pts, rendered.kind, data))
            size += len(data)
    return Page(rows[0].pts, last, texts)


class Stream:
    """`cursor` is the last position told; `head` the last one known of."""

    __slots__ = ("_gap", "_held", "_limit", "_outlet", "_pump", "cursor", "head", "part", "user_id")

    def __init__(
        self, user_id: int, cursor: int, part: str | None, outlet: Outlet, gap: Callable[[], None]
    ) -> None:
        self.user_id = user_id
        self.cursor = cursor
        self.head = cursor
        self.part = part
        self._outlet = outlet
        self._gap = gap
        self._held = False
        self._limit = SHORT_PAGE
        self._pump: asyncio.Task[None] | None = None

    def hold(self) -> None:
        """Until `begin`, only note how far the log reaches."""
        self._held = True

    def begin(self, cursor: int, head: int, page: Page | None) -> None:
        """Start at `cursor`, with the first page if it was read already, reading what is missing up
        to the head known by now."""
        self._held = False
        self.cursor = cursor
        if page is not None:
            self._tell(page)
        self.advance(head)

    def offer(self, pts: int, kind: str, text: str) -> None:
        """An update that has just been committed, rendered already."""
        if pts == self.cursor + 1 and self._pump is None and not self._held:
            self.cursor = pts
            self.head = max(self.head, pts)
            if self.part is None or kinds.told_on(self.part, kind):
                self._outlet.push(text)
        else:
            self.advance(pts)

    def advance(self, head: int) -> None:
        """The log is known to reach `head`: read whatever is missing."""
        self.head = max(self.head, head)
        if self.head > self.cursor and self._pump is None and not self._held:
            self._pump = asyncio.create_task(self._catch_up())

    async def caught_up(self) -> None:
        """Wait for the reading that is under way."""
        while self._pump is not None:
            await asyncio.wait([self._pump])

    def stop(self) -> None:
        if self._pump is not None:
            self._pump.cancel()

    async def _catch_up(self) -> None:
        try:
            while self.cursor < self.head:
                try:
                    await self._read_page()
                except Exception as error:
                    # The database is away; the cursor stands, so nothing is lost by waiting.
                    logger.warning("catch-up of user %s waits: %r", self.user_id, error)
                    await asyncio.sleep(RETRY_SECONDS)
        finally:
            self._pump = None

    async def _read_page(self) -> None:
        page = await threads.run_to_sync(
            read_page, self.user_id, self.cursor, self.part, self._limit
        )
        if page is None:
            self.head = self.cursor  # a hint that claimed too much
            return
        self._tell(page)
        if self._outlet.busy:
            await self._outlet.drained()

    def _tell(self, page: Page) -> None:
        if page.first != self.cursor + 1:
            self._gap()  # pruned under a reader that was very late: it must start again
            return
        for text in page.texts:
            self._outlet.push(text)
        self._adapt(page.last - self.cursor)
        self.cursor = page.last

    def _adapt(self, read: int) -> None:
        """Read more at a time while pages come full; less when they were cut for their size."""
        full = read == self._limit
        self._limit = min(log.PAGE, self._limit * 2) if full else max(SHORT_PAGE, self._limit // 2)
