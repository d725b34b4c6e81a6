"""Micro-batching: what arrives while a batch is being written forms the next one.

There is no timer, so nothing is delayed while idle, and under load the batches grow by themselves.
One writer makes the largest batches, so the next one helps only while more waits than makes a batch
worth its transaction.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from project.errors import Problem
from project.metrics import BATCH
from project.problems import problem_for
from project.sync.writer import is_bad_content, is_held

logger = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")

QUEUE_LIMIT = 2_000
CROWDED = 64
"""So many that wait are worth a further writer."""
PATIENCE = 7.0
"""Seconds after which an item is answered, whatever became of it."""

Write = Callable[[Sequence[T], float], Awaitable[Sequence[R]]]


class Item(NamedTuple, Generic[T, R]):
    """What is to be written, who is told, and since when it waits."""

    content: T
    done: Callable[[R | Problem], None]
    since: float


class Batcher(Generic[T, R]):
    """Each of `writes` gets a batch and a deadline and answers with one result per item, in order.
    What has the same `key` is never with two of them at once, so it keeps its order.

    A batch that is refused for its content is halved until the bad item stands alone; only that one
    is refused. So is a batch that waits for a row which somebody else keeps: the item that needs it
    steps aside, with all that come after it and have the same `key`, and is written by `write_held`
    when the row is free. Any other failure is the writer's to retry; what it raises, all items
    get.
    """

    def __init__(
        self,
        writes: Sequence[Write[T, R]],
        write_held: Write[T, R],
        key: Callable[[T], object],
        batch_limit: int = 128,
    ) -> None:
        self._idle = list(reversed(writes))
        self._busy = 0
        self._under_way: set[object] = set()
        self._write_held = write_held
        self._key = key
        self._limit = batch_limit
        self._waiting: list[Item[T, R]] = []
        self._held: dict[object, list[Item[T, R]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._held_task: asyncio.Task[None] | None = None

    def put(self, content: T, done: Callable[[R | Problem], None]) -> None:
        """`done` is called once, on the loop, after the item's batch is committed or has failed.

        A full queue answers `unavailable` at once: load is shed where the client sees it.
        """
        if len(self._waiting) >= QUEUE_LIMIT:
            done(Problem("unavailable", "Too much is waiting to be written.", retry_after=1))
            return
        self._waiting.append(Item(content, done, time.monotonic()))
        self._set_to_work()

    def _set_to_work(self) -> None:
        """The first writer at once, a further one when there is enough for it."""
        if self._waiting and (not self._busy or (self._idle and len(self._waiting) >= CROWDED)):
            self._busy += 1
            task = asyncio.get_running_loop().create_task(self._run(self._idle.pop()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, write: Write[T, R]) -> None:
        try:
            while (self._busy == 1 or len(self._waiting) >= CROWDED) and (batch := self._take()):
                BATCH.observe(len(batch))
                keys = {self._key(item.content) for item in batch}
                self._under_way |= keys
                try:
                    await self._flush(batch, write)
                finally:
                    self._under_way -= keys
        finally:
            self._busy -= 1
            self._idle.append(write)
            self._set_to_work()

    def _take(self) -> list[Item[T, R]]:
        """The next batch: what waits longest and has nothing under way."""
        if not self._under_way:
            first, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
            return first
        batch: list[Item[T, R]] = []
        rest: list[Item[T, R]] = []
        for item in self._waiting:
            free = len(batch) < self._limit and self._key(item.content) not in self._under_way
            (batch if free else rest).append(item)
        self._waiting = rest
        return batch

    async def _flush(self, batch: list[Item[T, R]], write: Write[T, R]) -> None:
        if self._held:
            batch = [item for item in batch if not self._stands_behind(item)]
        if not batch:
            return
        results: Sequence[R | Problem]
        try:
            results = await write([item.content for item in batch], _deadline(batch))
        except Problem as problem:
            results = [problem] * len(batch)
        except Exception as error:
            held = is_held(error)
            if len(batch) > 1 and (held or is_bad_content(error)):
                await self._halve(batch, write)
                return
            if held:
                self._hold(batch[0])
                return
            results = [_problem_of(error)] * len(batch)
        _answer(batch, results)

    async def _halve(self, batch: list[Item[T, R]], write: Write[T, R]) -> None:
        middle = len(batch) // 2
        for half in (batch[:middle], batch[middle:]):
            if time.monotonic() > _deadline(half):
                _answer(half, [_late()] * len(half))
            else:
                await self._flush(half, write)

    # What waits for somebody else's lock

    def _stands_behind(self, item: Item[T, R]) -> bool:
        """Whether something with the same key is held: then so is this, or it would overtake."""
        behind = self._held.get(self._key(item.content))
        if behind is None:
            return False
        behind.append(item)
        return True

    def _hold(self, item: Item[T, R]) -> None:
        self._held.setdefault(self._key(item.content), []).append(item)
        if self._held_task is None:
            self._held_task = asyncio.get_running_loop().create_task(self._write_all_held())

    async def _write_all_held(self) -> None:
        try:
            while self._held:
                for key in tuple(self._held):
                    await self._write_first(key)
        finally:
            self._held_task = None

    async def _write_first(self, key: object) -> None:
        """Try the first item of those held for one reason; give up on those that are late."""
        behind = self._held[key]
        first = behind[:1]
        results: Sequence[R | Problem]
        try:
            results = await self._write_held([first[0].content], _deadline(first))
        except Exception as error:
            if is_held(error):
                first = [item for item in behind if time.monotonic() > item.since + PATIENCE]
                results = [_late()] * len(first)
            else:
                results = [_problem_of(error)]
        del behind[: len(first)]
        if not behind:
            del self._held[key]
        _answer(first, results)


def _deadline(batch: Sequence[Item[T, R]]) -> float:
    return batch[0].since + PATIENCE


def _late() -> Problem:
    return Problem("unavailable", "Not stored: somebody else is changing it.", retry_after=1)


def _answer(batch: Sequence[Item[T, R]], results: Sequence[R | Problem]) -> None:
    for item, result in zip(batch, results, strict=True):
        try:
            item.done(result)
        except Exception:
            logger.exception("an answer could not be given")


def _problem_of(error: Exception) -> Problem:
    if is_bad_content(error):
        return Problem("validation", "The content cannot be stored.")
    problem = problem_for(error)
    if problem.status != 503:
        logger.error("a batch failed", exc_info=error)
    return problem
