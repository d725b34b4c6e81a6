"""Micro-batching: what arrives while a batch is being written forms the next one.

There is no timer, so nothing is delayed while idle, and under load the batches grow by themselves.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from project.errors import Problem
from project.metrics import BATCH
from project.problems import problem_for

logger = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")

QUEUE_LIMIT = 2_000


class Batcher(Generic[T, R]):
    """`write` gets a batch and answers with one result per item, in order.

    A batch that is refused for its content is halved until the bad item stands alone; only that one
    gets `on_bad`'s problem. Any other failure is `write`'s to retry; what it raises, all items get.
    """

    def __init__(
        self,
        write: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
        is_bad_content: Callable[[Exception], bool],
        batch_limit: int = 128,
    ) -> None:
        self._write = write
        self._is_bad_content = is_bad_content
        self._limit = batch_limit
        self._waiting: list[tuple[T, Callable[[R | Problem], None]]] = []
        self._task: asyncio.Task[None] | None = None

    def put(self, item: T, done: Callable[[R | Problem], None]) -> None:
        """`done` is called once, on the loop, after the item's batch is committed or has failed.

        A full queue answers `unavailable` at once: load is shed where the client sees it.
        """
        if len(self._waiting) >= QUEUE_LIMIT:
            done(Problem("unavailable", "Too much is waiting to be written.", retry_after=1))
            return
        self._waiting.append((item, done))
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
                BATCH.observe(len(batch))
                await self._flush(batch)
        finally:
            self._task = None

    async def _flush(self, batch: list[tuple[T, Callable[[R | Problem], None]]]) -> None:
        results: Sequence[R | Problem]
        try:
            results = await self._write([item for item, _ in batch])
        except Problem as problem:
            results = [problem] * len(batch)
        except Exception as error:
            if len(batch) > 1 and self._is_bad_content(error):
                middle = len(batch) // 2
                await self._flush(batch[:middle])
                await self._flush(batch[middle:])
                return
            results = [_problem_of(error, self._is_bad_content(error))] * len(batch)
        for (_, done), result in zip(batch, results, strict=True):
            try:
                done(result)
            except Exception:
                logger.exception("an answer could not be given")


def _problem_of(error: Exception, bad_content: bool) -> Problem:
    if bad_content:
        return Problem("validation", "The content cannot be stored.")
    problem = problem_for(error)
    if problem.status != 503:
        logger.error("a batch failed", exc_info=error)
    return problem
