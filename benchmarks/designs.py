"""The designs that are compared: how each is served, and who talks there."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg

from benchmarks.ground import ROOT, Ground, Server, free_port
from benchmarks.load import dialects
from benchmarks.load.dialects import Dialect, Pair
from project.launch.plan import DAPHNE

PEER = ROOT / "benchmarks" / "peer"
CONFAB = {
    "HOST": "127.0.0.1",
    "DJANGO_SETTINGS_MODULE": "project.settings",
    "ALLOWED_HOSTS": "127.0.0.1",
    "DEBUG": "0",
    "RATE_LIMITS": "off",
    "SOCKETS_PER_SESSION": "100000",
    "SOCKETS_PER_PERSON": "100000",
    "ACCESS_SECONDS": "86400",
}
SETTLING = 6.5
"""A hub of Confab listens for others so long, and publishes to them meanwhile."""
BASELINE = {"DJANGO_SETTINGS_MODULE": "benchmarks.baseline.settings"}


@dataclass(frozen=True)
class Design:
    """`people` makes pairs in the design's database, the same number of them at every call. `root`
    is the checkout whose code runs. A new server needs `settling` seconds with sockets until it
    works as it will from then on."""

    name: str
    database: str
    dialect: Callable[[], Dialect]
    command: Callable[[int], list[str]]
    people: Callable[[Ground, Design, int], list[Pair]]
    env: dict[str, str] = field(default_factory=dict)
    root: Path = ROOT
    settling: float = 0.0

    def settings(self, ground: Ground) -> dict[str, str]:
        return {**ground.settings(self.database), **self.env}

    def serve(self, ground: Ground) -> Server:
        port = free_port()
        env = {**self.settings(ground), "PORT": str(port), "PYTHONPATH": str(self.root)}
        return ground.serve(self.name, self.command(port), env, port, self.root)


def uvicorn(port: int) -> list[str]:
    """A web process as `make serve` starts it, at the port in its environment."""
    return [sys.executable, "-m", "project.launch.web"]


def daphne(application: str) -> Callable[[int], list[str]]:
    """With the options of `make run`."""

    def command(port: int) -> list[str]:
        place = ["-b", "127.0.0.1", "-p", str(port)]
        return [sys.executable, *DAPHNE.split(), *place, application]

    return command


def node(port: int) -> list[str]:
    """Installs what the lock file names on the first use."""
    if not (PEER / "node_modules").is_dir():
        command = ["npm", "ci", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=PEER, check=True, capture_output=True, timeout=300)
    return ["node", str(PEER / "server.js")]


def relay(port: int) -> list[str]:
    return [sys.executable, "-m", "benchmarks.limit"]


def by_module(module: str) -> Callable[[Ground, Design, int], list[Pair]]:
    """People made by a program that prints them."""

    def people(ground: Ground, design: Design, count: int) -> list[Pair]:
        printed = ground.program(module, design.settings(ground), str(count), root=design.root)
        return [Pair(**pair) for pair in json.loads(printed)]

    return people


def plain_people(ground: Ground, design: Design, count: int) -> list[Pair]:
    """Rows of `schema.sql`, where a person is just a number."""
    first = secrets.randbelow(10**12) * 1000
    with psycopg.connect(ground.database(design.database)) as connection:
        if connection.execute("select to_regclass('chat')").fetchone() == (None,):
            schema = (Path(__file__).parent / "schema.sql").read_text()
            connection.execute(schema.encode())
        rows = [(first + n, first + 2 * n, first + 2 * n + 1) for n in range(count)]
        connection.cursor().executemany("insert into chat values (%s, %s, %s)", rows)
    return [Pair(str(chat), str(low), str(high)) for chat, low, high in rows]


def _confab(name: str, command: Callable[[int], list[str]]) -> Design:
    people = by_module("benchmarks.people")
    return Design(name, "confab", dialects.Confab, command, people, CONFAB, settling=SETTLING)


_baseline = by_module("benchmarks.baseline.people")
_tutorial = daphne("benchmarks.baseline.asgi:application")

DESIGNS = {
    design.name: design
    for design in (
        _confab("confab-uvicorn", uvicorn),
        _confab("confab-daphne", daphne("asgi:application")),
        Design("baseline", "baseline", dialects.Baseline, _tutorial, _baseline, BASELINE),
        Design(
            "baseline-unpooled",
            "baseline",
            dialects.Baseline,
            _tutorial,
            _baseline,
            {**BASELINE, "UNPOOLED": "1"},
        ),
        Design("socket.io", "plain", dialects.SocketIO, node, plain_people),
        Design(
            "socket.io-redis4",
            "plain",
            dialects.SocketIO,
            node,
            plain_people,
            {"REDIS_CLIENT": "redis-4"},
        ),
        Design("limit", "plain", dialects.Relay, relay, plain_people),
    )
}

SOCKET_IO = ("socket.io", "socket.io-redis4")
"""The peer with each client of Redis: which one is faster depends on the load."""


def before(root: Path) -> Design:
    """Confab on uvicorn as another checkout has it, on a database of its own."""
    design = DESIGNS["confab-uvicorn"]
    return replace(design, name="confab-before", database="confab-before", root=root.resolve())
