"""From the first byte of an upload until the photo can be sent: checked, turned upright, without
EXIF, with a thumbnail. The baseline does all of it inside the request that brings the file.

Rounds of both take turns within a minute. One photo after the other, and several people at once.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

from benchmarks.bench import Bench
from benchmarks.cpu import Meter
from benchmarks.designs import DESIGNS
from benchmarks.figures import Figure, figure_of
from benchmarks.installation import served, with_files, working
from benchmarks.load.crowd import connect
from benchmarks.load.runs import percentile
from benchmarks.load.uploads import Client, Watcher
from benchmarks.photo import photo

NAME = "upload"
AT_ONCE = (1, 4)
TYPE = "image/jpeg"

Upload = Callable[[], Awaitable[float]]
"""Uploads a photo; the seconds until it was ready."""


async def run(bench: Bench) -> None:
    ground = bench.ground
    confab, baseline = (with_files(ground, DESIGNS[n]) for n in ("confab-uvicorn", "baseline"))
    tokens = [pair.sender for pair in bench.people(baseline, max(AT_ONCE))]
    watchers = [Watcher(pair.sender) for pair in bench.people(confab, max(AT_ONCE))]
    with ExitStack() as stack:
        ours, theirs = (stack.enter_context(served(ground, d)) for d in (confab, baseline))
        worker = stack.enter_context(working(ground, confab))
        await connect(watchers, ours.port)
        uploads = {
            confab.name: [_by_steps(ours.port, watcher) for watcher in watchers],
            baseline.name: [_at_once(theirs.port, token) for token in tokens],
        }
        meters = {
            confab.name: Meter({"server": ours.pid, "worker": worker}),
            baseline.name: Meter({"server": theirs.pid}),
        }
        await _measure(bench, uploads, meters)
        for watcher in watchers:
            watcher.cut()


def _by_steps(port: int, watcher: Watcher) -> Upload:
    client = Client(port, f"Bearer {watcher.access}")

    async def upload() -> float:
        started = time.perf_counter()
        file = await asyncio.to_thread(client.upload, photo(), TYPE)
        return await watcher.ready(file) - started

    return upload


def _at_once(port: int, token: str) -> Upload:
    client = Client(port, token)

    async def upload() -> float:
        started = time.perf_counter()
        await asyncio.to_thread(client.post_form, "/photos/", photo(), TYPE)
        return time.perf_counter() - started

    return upload


async def _measure(
    bench: Bench, uploads: dict[str, list[Upload]], meters: dict[str, Meter]
) -> None:
    for name in uploads:
        await asyncio.gather(*(upload() for upload in uploads[name]))  # what is loaded only once
    for count in AT_ONCE:
        times: dict[str, list[float]] = defaultdict(list)
        spent: dict[tuple[str, str], list[float]] = defaultdict(list)
        for _ in range(bench.options.rounds):
            for name, ways in uploads.items():
                meters[name].start()
                times[name] += await _round(ways[:count], bench.options.photos)
                for part, used in meters[name].stop().items():
                    spent[name, part].append(used / bench.options.photos * 1000)
        _tell(bench, count, times, spent)


async def _round(ways: list[Upload], photos: int) -> list[float]:
    """So many photos in all, by all at once."""

    async def one(upload: Upload) -> list[float]:
        return [await upload() for _ in range(photos // len(ways))]

    return [taken for each in await asyncio.gather(*map(one, ways)) for taken in each]


def _tell(
    bench: Bench,
    count: int,
    times: dict[str, list[float]],
    spent: dict[tuple[str, str], list[float]],
) -> None:
    size = f"{len(photo()) / 1e6:.1f} MB, {count} at once"
    for name, taken in times.items():
        for share in (0.5, 0.95):
            value = percentile(taken, share) * 1000
            bench.add(Figure(NAME, name, f"ready, p{share * 100:.0f}, {size}", value, "ms"))
    for (name, part), used in spent.items():
        if part != "load":
            bench.add(figure_of(NAME, name, f"CPU of {part}, {count} at once", used, "ms/photo"))
