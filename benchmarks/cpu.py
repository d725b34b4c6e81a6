"""CPU time and memory of trees of processes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping

import psutil


def tree(pid: int) -> Iterator[psutil.Process]:
    """The process and all that descend from it."""
    root = psutil.Process(pid)
    yield root
    yield from root.children(recursive=True)


def cpu_seconds(pid: int) -> float:
    """What the tree has used; children that have ended count with the parent that waited."""
    total = 0.0
    for process in tree(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])  # own user and system, ended children's
    return total


def resident_bytes(pid: int) -> int:
    """The tree's resident memory."""
    return sum(process.memory_info().rss for process in tree(pid))


class Meter:
    """What named trees, and this process as `load`, use between `start` and `stop`, in seconds."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = pids
        self._before: dict[str, float] = {}

    def start(self) -> None:
        self._before = self._read()

    def stop(self) -> dict[str, float]:
        return {name: used - self._before[name] for name, used in self._read().items()}

    def _read(self) -> dict[str, float]:
        trees = {name: cpu_seconds(pid) for name, pid in self._pids.items()}
        return {**trees, "load": time.process_time()}
