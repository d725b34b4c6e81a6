"""What more web processes cost, and whether a hub pays for notes that are not for its users.

Every pair's receiver is on another hub than its sender, so each message crosses Redis. The rate is
the same for any number of hubs, and so low that batches are small with few of them too.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from statistics import median

from benchmarks.bench import Bench
from benchmarks.cpu import Meter
from benchmarks.designs import DESIGNS, SETTLING
from benchmarks.figures import Figure, at_most, figure_of
from benchmarks.ground import Server
from benchmarks.installation import served
from benchmarks.load.crowd import Member, connect
from benchmarks.load.dialects import Confab, Pair
from benchmarks.load.runs import Run, at_rate, opened
from benchmarks.scenarios.storm import check, cut

NAME = "hubs"
DESIGN = "confab-uvicorn"
NUMBERS = (2, 4, 8)
RATE = 1_000.0
WARM_UP = SETTLING + 4  # until all hubs have heard of each other and of each other's channels
TALKING = 2  # hubs that have all the traffic, when the others are to have none
SILENT = 20  # sockets on each of the others


class Spread(Confab):
    """The n-th pair's sender is on the n-th server, the receiver on the next one, and so around."""

    def __init__(self, servers: Sequence[Server], pairs: Sequence[Pair]) -> None:
        super().__init__()
        self._ports = {
            who: servers[(number + place) % len(servers)].port
            for number, pair in enumerate(pairs)
            for place, who in enumerate((pair.sender, pair.receiver))
        }

    def address(self, port: int, pair: Pair, who: str) -> tuple[str, Mapping[str, str]]:
        return super().address(self._ports[who], pair, who)


async def run(bench: Bench) -> None:
    design = DESIGNS[DESIGN]
    pairs = bench.people(design, bench.options.sockets // 2)
    costs: dict[int, float] = {}
    storms: dict[int, float] = {}
    for number in NUMBERS:
        with ExitStack() as stack:
            servers = [stack.enter_context(served(bench.ground, design)) for _ in range(number)]
            costs[number] = await _traffic(bench, servers, pairs[: bench.options.pairs])
            if number > TALKING:
                await _foreign(bench, servers, pairs)
            storms[number] = await _storm(bench, servers, pairs)
    few, many = NUMBERS[0], NUMBERS[-1]
    what = f"{many} hubs to {few}"
    cost, storm = costs[many] / costs[few], storms[many] / storms[few]
    bench.add(
        Figure(NAME, DESIGN, f"CPU of server, {what}", cost, "x", at_most(1.2)),
        Figure(NAME, DESIGN, f"storm, {what}", storm, "x", at_most(1.1)),
    )


def _meter(bench: Bench, servers: Sequence[Server]) -> Meter:
    engines = bench.ground.trees(servers[0])
    return Meter({**engines, **{f"hub {n}": server.pid for n, server in enumerate(servers)}})


async def _runs(bench: Bench, servers: Sequence[Server], pairs: list[Pair], on: int) -> list[Run]:
    """Rounds with the pairs on the first hubs only, `on` of them."""
    runs = []
    async with opened(Spread(servers[:on], pairs), 0, pairs) as load:
        for number in range(bench.options.rounds):
            meter, warm_up = _meter(bench, servers), 1.0 if number else WARM_UP
            runs.append(await at_rate(load, RATE, bench.options.seconds, meter, warm_up))
    return runs


async def _traffic(bench: Bench, servers: Sequence[Server], pairs: list[Pair]) -> float:
    """Microseconds that all hubs together need for a message, beyond what they need at rest."""
    runs = await _runs(bench, servers, pairs, len(servers))
    rest = await _at_rest(bench, servers)
    spent = [_of_hubs(run.cpu) - rest * 1e6 / run.delivered for run in runs]
    what = f"{len(servers)} hubs"
    bench.add(
        Figure(NAME, DESIGN, f"CPU of a hub at rest, {what}", rest / len(servers) * 1e3, "ms/s"),
        figure_of(NAME, DESIGN, f"rate, {what}", [r.delivered for r in runs], "messages/s"),
        figure_of(NAME, DESIGN, f"to receive, p50, {what}", [r.receive_p50 for r in runs], "ms"),
        figure_of(NAME, DESIGN, f"CPU of server, {what}", spent, "µs/message"),
        *(
            figure_of(NAME, DESIGN, f"CPU of {p}, {what}", [r.cpu[p] for r in runs], "µs/message")
            for p in ("postgres", "redis")
        ),
    )
    return median(spent)


def _of_hubs(cpu: Mapping[str, float], first: int = 0) -> float:
    """The sum for the hubs from the `first` on."""
    hubs = [used for name, used in cpu.items() if name.startswith("hub ")]
    return sum(hubs[first:])


async def _at_rest(bench: Bench, servers: Sequence[Server], first: int = 0) -> float:
    """Seconds of CPU that the hubs from the `first` on need each second without messages."""
    meter, seconds = _meter(bench, servers), 2 * bench.options.seconds
    meter.start()
    await asyncio.sleep(seconds)
    return _of_hubs(meter.stop(), first) / seconds


async def _foreign(bench: Bench, servers: Sequence[Server], pairs: list[Pair]) -> None:
    """Hubs whose users are told nothing, while two others have all the traffic and while none has:
    what the difference comes to for a message and hub."""
    silent = servers[TALKING:]
    talkers, rest = pairs[: bench.options.pairs], pairs[bench.options.pairs :]
    members = [Member(pair.sender) for pair in rest[: SILENT * len(silent)]]
    await _connect(members, silent)
    runs = await _runs(bench, servers, talkers, TALKING)
    calm = await _at_rest(bench, servers, TALKING)
    for member in members:
        member.cut()
    extra = [
        (_of_hubs(run.cpu, TALKING) - calm * 1e6 / run.delivered) / len(silent) for run in runs
    ]
    what = f"CPU for foreign notes, each of {len(servers)} hubs"
    bench.add(figure_of(NAME, DESIGN, what, extra, "µs/message", at_most(1)))


async def _connect(
    members: Sequence[Member], servers: Sequence[Server], at_once: int | None = 20
) -> None:
    """Members on all servers in turn."""
    count = len(servers)
    async with asyncio.TaskGroup() as group:
        for number, server in enumerate(servers):
            group.create_task(connect(members[number::count], server.port, at_once))


async def _storm(bench: Bench, servers: Sequence[Server], pairs: list[Pair]) -> float:
    """Seconds until all sockets, spread over the hubs and cut at once, are synced again."""
    members = [Member(who) for pair in pairs for who in (pair.sender, pair.receiver)]
    await _connect(members, servers)
    seconds = []
    for _ in range(min(3, bench.options.rounds)):
        await cut(pairs, members)
        started = time.perf_counter()
        await _connect(members, servers, None)
        seconds.append(time.perf_counter() - started)
        check(members)
    for member in members:
        member.cut()
    what = f"{len(members):,} sockets synced, {len(servers)} hubs"
    bench.add(figure_of(NAME, DESIGN, what, seconds, "s"))
    return median(seconds)
