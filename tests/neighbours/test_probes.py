"""Probes are public: however many come, and whatever the server waits for, they cost it nothing."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import redis

from tests.conftest import engines
from tests.people import Person, client

LOOPS, TIMES = 24, 8
POOL = 12
"""Connections to the database that REST has in a process."""
WAITING = """
    select count(*) from pg_stat_activity
    where wait_event_type = 'Lock' and query like '%accounts_user%'"""


def connections() -> int:
    """Made to Redis so far, by anybody. Each look of a probe makes one."""
    with redis.Redis.from_url(engines.redis_url) as link:
        return int(link.info("stats")["total_connections_received"])


def probed(server: str) -> float:
    """The longest that a probe waits, of some in a row."""
    longest = 0.0
    with client(server) as http:
        for path in ("/health/live", "/health/ready") * TIMES:
            since = time.monotonic()
            assert http.get(path).status_code == 200
            longest = max(longest, time.monotonic() - since)
    return longest


def test_a_flood_of_probes_while_every_connection_waits(alice: Person) -> None:
    over = threading.Event()

    def keep_waiting(number: int) -> None:
        while not over.is_set():
            alice.http.patch("/me", json={"name": f"Alice {number}"})

    with (
        psycopg.connect(engines.database_url) as keeper,
        psycopg.connect(engines.database_url, autocommit=True) as watcher,
        ThreadPoolExecutor(LOOPS + 2 * POOL) as threads,
    ):
        keeper.execute("select from accounts_user where id = %s for update", [int(alice.id)])
        for number in range(2 * POOL):
            threads.submit(keep_waiting, number)
        try:
            until = time.monotonic() + 30
            while (waiting := watcher.execute(WAITING).fetchone()) is None or waiting[0] < POOL:
                assert time.monotonic() < until
            before, since = connections(), time.monotonic()
            longest = max(threads.map(probed, [alice.server] * LOOPS))
            took, made = time.monotonic() - since, connections() - before
        finally:
            over.set()
            keeper.rollback()
    assert longest < 2, longest
    assert made < 4 + 2 * took, f"{made} looks in {took} s"
