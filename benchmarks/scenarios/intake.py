"""What the web process needs in memory while many large uploads come in at once, on disk."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

from benchmarks.bench import Bench
from benchmarks.cpu import resident_bytes
from benchmarks.designs import DESIGNS
from benchmarks.figures import Figure, at_most
from benchmarks.ground import Server
from benchmarks.installation import served, size_of, with_files
from benchmarks.load.uploads import Client

NAME = "intake"
SIZES = (5, 50)
"""MiB; what memory is needed must not depend on it."""
MOST = at_most(100)
PIECE = bytes(2**20)
TYPE = "application/octet-stream"
SAMPLE_SECONDS = 0.02
SETTLE_SECONDS = 2.0


async def run(bench: Bench) -> None:
    design = with_files(bench.ground, DESIGNS["confab-uvicorn"])
    people = [pair.sender for pair in bench.people(design, bench.options.large)]
    with ExitStack() as stack:
        server = stack.enter_context(served(bench.ground, design))
        await _upload(server.port, await _place(server.port, people[0], 1), 1)
        for size in SIZES:
            await asyncio.sleep(SETTLE_SECONDS)
            await _measure(bench, server, people, size)
    expected = len(people) * sum(SIZES) * 2**20
    kept = size_of(bench.ground.folder / f"files of {design.name}")
    if kept < expected:
        raise RuntimeError(f"{kept} of {expected} bytes are there")


async def _measure(bench: Bench, server: Server, people: list[str], size: int) -> None:
    places = [await _place(server.port, person, size) for person in people]
    before = resident_bytes(server.pid)
    sampling = asyncio.create_task(_largest(server.pid))
    started = time.perf_counter()
    await asyncio.gather(*(_upload(server.port, place, size) for place in places))
    seconds = time.perf_counter() - started
    sampling.cancel()
    grown = (await sampling - before) / 2**20
    what = f"{len(people)} uploads of {size} MiB at once"
    rate = len(people) * size / seconds
    bench.add(
        Figure(NAME, "confab-uvicorn", f"{what}, memory grows by", grown, "MiB", MOST),
        Figure(NAME, "confab-uvicorn", f"{what}, taken in", rate, "MiB/s"),
    )


async def _place(port: int, token: str, size: int) -> str:
    """Announce a file; where its bytes go."""
    client = Client(port, f"Bearer {token}")
    file = await asyncio.to_thread(client.announce, size * len(PIECE), TYPE)
    client.close()
    place: str = urlsplit(file["upload"]["url"]).path
    return place


async def _upload(port: int, place: str, size: int) -> None:
    """The same piece of nothing again and again: the client holds one for all uploads."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"PUT {place} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {TYPE}\r\n"
    length = size * len(PIECE)
    writer.write(f"{head}Content-Length: {length}\r\nConnection: close\r\n\r\n".encode())
    for _ in range(size):
        writer.write(PIECE)
        await writer.drain()
    answer = await reader.read()
    writer.close()
    if b" 20" not in answer[:16]:
        raise RuntimeError(f"not taken: {answer[:300]!r}")


async def _largest(pid: int) -> int:
    """The most that was resident until this task was cancelled."""
    most = 0
    try:
        while True:
            most = max(most, resident_bytes(pid))
            await asyncio.sleep(SAMPLE_SECONDS)
    except asyncio.CancelledError:
        return most
