"""The faults. Each lasts the given seconds and heals what it broke before it returns."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable

import msgspec
import psycopg
import redis.asyncio

from tests.faults.cluster import Cluster
from tests.faults.history import Recorder
from tests.faults.people import Place
from tests.faults.proxy import Proxy

COMMITS = (b"_pg3_", b"chat_send_messages", b"COMMIT")
"""What a request that commits holds: the writers' statement, or the end of a transaction."""

PAIR_SECONDS = 6.0
PAIRS = [
    ("web_kill", "redis_kill"),
    ("web_kill", "postgres_immediate"),
    ("redis_stall", "postgres_immediate"),
    ("web_pause", "redis_flush"),
    ("web_kill", "postgres_terminate"),
    ("redis_kill", "postgres_terminate"),
    ("web_pause", "postgres_immediate"),
]

Act = Callable[[], Awaitable[None]]


class Nemesis:
    """`users`, and the `bases` that devices are led to, are the rig's to set. `proxied`: the web
    processes reach PostgreSQL and Redis through proxies."""

    proxied = False

    def __init__(self, cluster: Cluster, recorder: Recorder, rng: random.Random) -> None:
        self.cluster = cluster
        self.users: list[str] = []
        self.bases: list[str] = []
        self.proxy: Proxy | None = None
        self.redis_proxy: Proxy | None = None
        self._proxies: list[Proxy] = []
        self._recorder = recorder
        self._rng = rng

    async def lead(self) -> dict[str, str]:
        """The environment that leads web processes to the engines by what stands in between."""
        if not self.proxied:
            return {}
        database = Place.of(self.cluster.engines.database_url)
        redis = Place.of(self.cluster.engines.redis_url)
        self.proxy = await self._started(Proxy(database.host, database.port, COMMITS))
        self.redis_proxy = await self._started(Proxy(redis.host, redis.port))
        return {
            "DATABASE_URL": database.through(self.proxy.port),
            "REDIS_URL": redis.through(self.redis_proxy.port),
        }

    async def leave(self) -> None:
        """End what stands in between."""
        for proxy in self._proxies:
            await proxy.stop()

    async def _started(self, proxy: Proxy) -> Proxy:
        self._proxies.append(proxy)
        await proxy.start()
        return proxy

    def _note(self, what: str) -> None:
        self._recorder.note("fault", "ok", kind=what)

    async def _every(self, pause: float, seconds: float, act: Act) -> None:
        """`act`, then a pause of about `pause`, until `seconds` are over."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end:
            await act()
            await asyncio.sleep(min(pause * self._rng.uniform(0.5, 1.5), max(0, end - loop.time())))

    # Web processes

    async def web_kill(self, seconds: float) -> None:
        """kill -9 and a restart, one process after the other."""

        async def act() -> None:
            web = self._rng.choice(self.cluster.webs)
            self._note(f"kill {web.name}")
            web.kill()
            await asyncio.sleep(self._rng.uniform(0, 0.5))
            web.start()
            await web.ready()

        await self._every(1.0, seconds, act)

    async def web_pause(self, seconds: float) -> None:
        """One process stands still, its connections open."""
        web = self._rng.choice(self.cluster.webs)
        self._note(f"pause {web.name}")
        web.signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            web.signal(signal.SIGCONT)
            self._note(f"continue {web.name}")

    async def new_epoch(self, seconds: float) -> None:
        """As after a restore from a backup: all cursors are void, and everyone starts again."""
        for web in self.cluster.webs:
            web.kill()
        self._note("new epoch")
        url = self.cluster.engines.database_url
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            value = self._rng.randbytes(8).hex()
            await connection.execute("update sync_epoch set value = %s", [value])
        for web in self.cluster.webs:
            web.start()
            await web.ready()
        await asyncio.sleep(seconds)

    # The worker and the store

    async def worker_kill(self, seconds: float) -> None:
        """kill -9 of all its processes, and a restart that has a moment to take up work."""
        worker = self.cluster.worker
        assert worker is not None, "this scenario must have a worker"

        async def act() -> None:
            self._note("kill worker")
            await asyncio.to_thread(worker.kill)
            worker.start()

        await self._every(4.0, seconds, act)

    async def store_away(self, seconds: float) -> None:
        """The S3 store dies with what is under way, or hangs, and comes back. A disk does not."""

        async def act() -> None:
            if (gate := self.cluster.store.gate) is not None:
                away = self._rng.choice((gate.shut, gate.stall))
                self._note(f"store {away.__name__}")
                away()
                await asyncio.sleep(self._rng.uniform(0, 2))
                gate.open()

        await self._every(2.0, seconds, act)

    async def files(self, seconds: float) -> None:
        """All that files pass through is killed, each for itself."""
        kinds = self.worker_kill, self.store_away, self.web_kill
        await asyncio.gather(*(kind(seconds) for kind in kinds))

    # Redis

    async def redis_kill(self, seconds: float) -> None:
        self._note("redis kill")
        await asyncio.to_thread(self.cluster.engines.redis.kill)
        try:
            await asyncio.sleep(seconds)
        finally:
            await asyncio.to_thread(self.cluster.engines.redis.start)
            self._note("redis start")

    async def redis_stall(self, seconds: float) -> None:
        self._note("redis pause")
        self.cluster.engines.redis.pause()
        try:
            await asyncio.sleep(seconds)
        finally:
            self.cluster.engines.redis.resume()
            self._note("redis resume")

    def _redis(self) -> redis.asyncio.Redis:
        return redis.asyncio.Redis.from_url(self.cluster.engines.redis_url, socket_timeout=2)

    async def redis_flush(self, seconds: float) -> None:
        """Everything forgotten, every subscriber cut off, again and again."""
        client = self._redis()

        async def act() -> None:
            self._note("redis flush")
            await client.flushall()
            await client.client_kill_filter(_type="pubsub")

        await self._every(1.0, seconds, act)
        await client.aclose()

    async def redis_lies(self, seconds: float) -> None:
        """Garbage, forged and altered bundles, and true ones again on any channel, too late."""
        client = self._redis()
        overheard: list[tuple[bytes, bytes]] = []
        listener = asyncio.create_task(self._overhear(client, overheard))
        told: set[bytes] = set()

        async def act() -> None:
            true = [pair for pair in overheard if pair[1] not in told]
            for channel, data in self._rng.choices(true, k=20) if true else []:
                lie = self._lie(data)
                told.add(lie)
                await client.publish(channel, lie)

        try:
            await self._every(0.2, seconds, act)
            self._note(f"{len(told)} lies told")
        finally:
            listener.cancel()
            await client.aclose()

    async def _overhear(
        self, client: redis.asyncio.Redis, overheard: list[tuple[bytes, bytes]]
    ) -> None:
        pubsub = client.pubsub()
        await pubsub.psubscribe("*")
        while True:
            message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=1)
            if message is not None and len(overheard) < 5000:
                overheard.append((message["channel"], message["data"]))

    def _lie(self, true: bytes) -> bytes:
        """About one in three is a true bundle, come too late."""
        at = self._rng.randrange(len(true)) if true else 0
        altered = true[:at] + self._rng.randbytes(1) + true[at + 1 :]
        huge = msgspec.msgpack.encode(["", [["hint", int(self._rng.choice(self.users)), 2**62]]])
        forged = [self._rng.randbytes(60), bytes(16) + huge, b"", 7]
        lies = [msgspec.msgpack.encode({"type": "sync.bundle", "body": body}) for body in forged]
        return self._rng.choice([*lies, true, true, true, altered, self._rng.randbytes(40), b""])

    # PostgreSQL

    async def postgres_immediate(self, seconds: float) -> None:
        """Immediate stops, as a crash, each followed by recovery."""

        async def act() -> None:
            self._note("postgres stop")
            await asyncio.to_thread(self.cluster.engines.postgres.stop, "immediate")
            await asyncio.sleep(self._rng.uniform(0, 1))
            await asyncio.to_thread(self.cluster.engines.postgres.start)
            self._note("postgres start")

        await self._every(4.0, seconds, act)

    async def postgres_terminate(self, seconds: float) -> None:
        """Every connection of the server ended by PostgreSQL."""
        url = self.cluster.engines.database_url

        async def act() -> None:
            self._note("postgres terminate")
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                await connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where pid <> pg_backend_pid() and backend_type = 'client backend'"
                )

        await self._every(1.0, seconds, act)

    async def commit_cut(self, seconds: float) -> None:
        """A commit goes through and its answer does not come."""
        proxy = self.proxy
        if proxy is None:
            raise LookupError("this scenario must lead the web processes through the proxy")

        async def act() -> None:
            proxy.arm(1)

        await self._every(0.3, seconds, act)
        proxy.arm(0)
        self._note(f"cut {proxy.cuts} answers")

    async def postgres_silent(self, seconds: float) -> None:
        """The machine of PostgreSQL dies without a word: connections are open, nothing comes."""
        await self._silent(self.proxy, "postgres", seconds)

    async def redis_silent(self, seconds: float) -> None:
        await self._silent(self.redis_proxy, "redis", seconds)

    async def _silent(self, proxy: Proxy | None, name: str, seconds: float) -> None:
        assert proxy is not None, "this scenario must lead the web processes through the proxies"
        self._note(f"{name} falls silent")
        proxy.silence()
        await asyncio.sleep(seconds)
        proxy.speak()
        self._note(f"{name} speaks")

    async def combined(self, seconds: float) -> None:
        """Two faults at a time, one pair after another."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        pairs = list(PAIRS)
        self._rng.shuffle(pairs)
        while loop.time() < end:
            pair = pairs.pop(0)
            pairs.append(pair)
            await asyncio.gather(*(getattr(self, name)(PAIR_SECONDS) for name in pair))


class Proxied(Nemesis):
    proxied = True
