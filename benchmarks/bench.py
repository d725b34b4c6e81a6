"""A run of the benchmarks: its options, the servers that stand, the figures so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from benchmarks.cpu import Meter
from benchmarks.designs import DESIGNS, Design, before
from benchmarks.figures import Figure, shown
from benchmarks.ground import Ground, Server
from benchmarks.load.dialects import Dialect, Pair
from benchmarks.load.runs import Run, at_full_speed, opened


@dataclass(frozen=True)
class Options:
    """`seconds` is how long a round measures; `stored` how many messages the long history has;
    `photos` are uploaded a round, `large` files all at once. A book has so many `entries` among so
    many `members`, `singly` are imported one by one, and a number is in the books of `owners`. One
    account has so many `chats` of so many messages `each`. `designs` are compared, with so many
    messages unanswered as `windows` say, and `against` is another checkout of Confab to be measured
    beside them."""

    rounds: int = 5
    seconds: float = 4.0
    warm_up: float = 1.5
    pairs: int = 100
    sockets: int = 2_000
    stored: int = 1_000_000
    requests: int = 200
    photos: int = 8
    large: int = 50
    entries: int = 20_000
    members: int = 1_000_000
    singly: int = 2_000
    owners: int = 1_000
    chats: int = 30_000
    each: int = 20
    designs: frozenset[str] = frozenset(DESIGNS)
    windows: tuple[int, ...] = (1, 4)
    against: Path | None = None


class Standing(NamedTuple):
    """A server of a design, and its people."""

    design: Design
    server: Server
    pairs: list[Pair]


@dataclass
class Bench:
    ground: Ground
    options: Options
    figures: list[Figure] = field(default_factory=list)
    _people: dict[str, list[Pair]] = field(default_factory=dict)
    _standing: dict[Callable[[], Dialect], Standing] = field(default_factory=dict)
    _settled: set[Server] = field(default_factory=set)

    def compared(self, *names: str) -> list[Design]:
        """Those of the named designs that were asked for; with one on uvicorn the other checkout's,
        if there is one."""
        chosen = [DESIGNS[name] for name in names if name in self.options.designs]
        if self.options.against is not None and "confab-uvicorn" in names:
            chosen.insert(1, before(self.options.against))
        return chosen

    def people(self, design: Design, count: int) -> list[Pair]:
        """So many pairs of the design's database, made once and used again."""
        known = self._people.setdefault(design.database, [])
        if len(known) < count:
            known += design.people(self.ground, design, count - len(known))
        return known[:count]

    def stand(self, design: Design) -> Standing:
        """The design's server, kept until another one that speaks the same is wanted: those would
        talk to each other through Redis."""
        family = design.dialect
        standing = self._standing.get(family)
        if standing is None or standing.design != design:
            if standing is not None:
                standing.server.stop()
            pairs = self.people(design, self.options.pairs)
            standing = Standing(design, design.serve(self.ground), pairs)
            self._standing[family] = standing
        return standing

    def rest(self) -> None:
        """Stop the servers that stand, so that they disturb no later measurement."""
        for standing in self._standing.values():
            standing.server.stop()
        self._standing.clear()

    def meter(self, server: Server) -> Meter:
        return Meter(self.ground.trees(server))

    async def speed(self, standing: Standing, window: int) -> Run:
        """One round at full speed."""
        design, server, pairs = standing
        seconds, warm_up = self.options.seconds, self.options.warm_up
        if server not in self._settled:
            warm_up = max(warm_up, design.settling)
            self._settled.add(server)
        try:
            async with opened(design.dialect(), server.port, pairs) as load:
                return await at_full_speed(load, window, seconds, warm_up, self.meter(server))
        except Exception as error:
            error.add_note(f"{design.name} wrote:\n{server.complaints()}")
            raise

    def add(self, *figures: Figure) -> None:
        """Keep figures, and say them at once: a run takes minutes."""
        self.figures += figures
        for figure in figures:
            mark = {None: "", True: "  kept", False: "  MISSED"}[figure.kept]
            print(
                f"{figure.scenario:11} {figure.design:18} {figure.what:40}"
                f" {shown(figure.value):>9} {figure.unit}{mark}",
                flush=True,
            )
