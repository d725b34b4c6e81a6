"""Writers follow the queue, and what belongs together keeps its order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from project.sync.batching import CROWDED, Batcher

Content = tuple[str, int]


class Writers:
    """Two writers that write when they are let, and remember what they had at the same time."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.under_way: list[list[Content]] = []
        self.most = 0
        self.written: list[Content] = []

    async def write(self, batch: Sequence[Content], deadline: float) -> list[Content]:
        self.under_way.append(list(batch))
        self.most = max(self.most, len(self.under_way))
        keys = [{chat for chat, _ in each} for each in self.under_way]
        assert sum(map(len, keys)) == len(set().union(*keys)), "a chat is with one writer at a time"
        await self.gate.wait()
        self.under_way.remove(list(batch))
        self.written += batch
        return list(batch)


async def run(contents: Sequence[Content]) -> Writers:
    writers = Writers()
    batcher = Batcher[Content, Content](
        [writers.write, writers.write], writers.write, lambda content: content[0]
    )
    done: list[object] = []
    for content in contents:
        batcher.put(content, done.append)
        await asyncio.sleep(0)
    writers.gate.set()
    async with asyncio.timeout(10):
        while len(done) < len(contents):
            await asyncio.sleep(0)
    assert sorted(done) == sorted(contents)  # type: ignore[type-var]
    return writers


async def test_one_writer_is_enough_while_little_waits() -> None:
    writers = await run([(f"chat {n}", n) for n in range(CROWDED)])
    assert writers.most == 1


async def test_a_crowd_gets_another_writer() -> None:
    writers = await run([(f"chat {n}", n) for n in range(4 * CROWDED)])
    assert writers.most == 2


async def test_each_chat_keeps_its_order() -> None:
    writers = await run([(f"chat {n % 7}", n) for n in range(20 * CROWDED)])
    for chat in {chat for chat, _ in writers.written}:
        numbers = [number for name, number in writers.written if name == chat]
        assert numbers == sorted(numbers)
