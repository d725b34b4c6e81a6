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


class Line(NamedTuple):
    """An update as this user may see it now, ready to be sent."""

    pts: int
    kind: str
    text: str


def read_lines(user_id: int, after: int, part: str | None) -> tuple[list[Line], int]:
    """A page of updates above `after` that this part of the socket tells, and the last position."""
    rows = log.read(user_id, after)
    lines = [
        Line(row.pts, rendered.kind, frames.update_text(row.pts, rendered.kind, data))
        for row, rendered in zip(rows, kinds.render(user_id, rows), strict=True)
        if kinds.told_on(part, rendered.kind) and (data := wire.encode(rendered.data))
    ]
    return lines, rows[-1].pts if rows else after


class Stream:
    """`cursor` is the last position told; `head` the last one known of."""

    __slots__ = ("_gap", "_held", "_outlet", "_pump", "cursor", "head", "part", "user_id")

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
        self._pump: asyncio.Task[None] | None = None

    def hold(self) -> None:
        """Until `begin`, only note how far the log reaches."""
        self._held = True

    def begin(self, cursor: int, head: int) -> None:
        """Start at `cursor`, reading what is missing up to the head known by now."""
        self._held = False
        self.cursor = cursor
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
        before = self.cursor
        CATCH_UPS.inc()
        lines, last = await threads.run(read_lines, self.user_id, before, self.part)
        if last == before:
            self.head = before  # a hint that claimed too much
        if self.part is None and lines and lines[0].pts != before + 1:
            self._gap()  # pruned under a reader that was very late: it must start again
            return
        for line in lines:
            self._outlet.push(line.text)
        self.cursor = last
        if self._outlet.busy:
            await self._outlet.drained()
