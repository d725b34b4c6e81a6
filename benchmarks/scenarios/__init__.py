"""The scenarios by name, in the order in which they run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from benchmarks.bench import Bench
from benchmarks.scenarios import (
    crowd,
    feed,
    flat,
    hubs,
    imports,
    intake,
    latency,
    login,
    memory,
    outage,
    page,
    push,
    search,
    storm,
    throughput,
    upload,
)

SCENARIOS: dict[str, Callable[[Bench], Awaitable[None]]] = {
    module.NAME: module.run
    for module in (
        throughput,
        latency,
        memory,
        storm,
        hubs,
        flat,
        login,
        upload,
        intake,
        page,
        feed,
        push,
        imports,
        search,
        outage,
        crowd,
    )
}
