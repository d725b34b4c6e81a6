"""What ends a leader, and what makes another. The machines of PostgreSQL are behind a proxy each,
so that one can fall silent to all at once; Redis is behind one that leads to the master, as HAProxy
does."""

from __future__ import annotations

import asyncio
import signal

import httpx

from tests.faults.checkers.run import PROMOTED
from tests.faults.ha.nodes import Pair
from tests.faults.ha.sentinels import Trio
from tests.faults.ha.stack import Stack
from tests.faults.nemesis import Nemesis
from tests.faults.people import PASSWORD, address
from tests.faults.proxy import Proxy

DETECT_SECONDS = 2.0
"""Between the loss of a leader and the promotion: with Patroni, its ttl."""
TAIL_SECONDS = 2.0
LOOK_SECONDS = 0.1


class OfPostgres(Nemesis):
    """`synchronous`: commits wait for the standby."""

    synchronous = True

    @property
    def pair(self) -> Pair:
        assert isinstance(self.cluster.engines, Pair)
        return self.cluster.engines

    async def lead(self) -> dict[str, str]:
        """Both machines and what goes between them through proxies."""
        ports = [node.port for node in self.pair.nodes]
        self.ways = {port: await self._started(Proxy("127.0.0.1", port)) for port in ports}
        self.streams = {port: await self._started(Proxy("127.0.0.1", port)) for port in ports}
        await asyncio.to_thread(self._follow)
        return {"DATABASE_URL": self.pair.url_at([way.port for way in self.ways.values()])}

    def _follow(self) -> None:
        stream = self.streams[self.pair.leader.port].port
        self.pair.follow(stream, synchronous=self.synchronous)

    async def _promote(self) -> None:
        self._note("promote")
        await asyncio.to_thread(self.pair.promote)
        self._note(PROMOTED)

    async def _rebuild(self) -> None:
        """The lost machine comes back as a standby, and the next failover loses nothing again."""
        old = self.pair.standby
        await asyncio.to_thread(old.kill)
        self.ways[old.port].speak()
        await asyncio.to_thread(self.pair.rebuild)
        await asyncio.to_thread(self._follow)
        self._note("rebuilt")
        told = self.pair.note_that_it_is
        await asyncio.to_thread(lambda: told(synchronous=self.synchronous))

    async def leader_killed(self, seconds: float) -> None:
        await asyncio.to_thread(lambda: self.pair.note_that_it_is(synchronous=self.synchronous))
        self._note("kill leader")
        await asyncio.to_thread(self.pair.leader.kill)
        await self._fail_over(seconds)

    async def leader_frozen(self, seconds: float) -> None:
        """Its connections stay open and new ones are taken; nobody answers. It never thaws: that is
        what a watchdog is for."""
        self._note("freeze leader")
        self.pair.leader.pause()
        await self._fail_over(seconds)

    async def leader_silent(self, seconds: float) -> None:
        """The machine's network is dead, to clients and to its standby."""
        self._note("silence leader")
        self.ways[self.pair.leader.port].silence()
        self.streams[self.pair.leader.port].silence()
        await self._fail_over(seconds)

    async def _fail_over(self, seconds: float) -> None:
        await asyncio.sleep(DETECT_SECONDS)
        await self._promote()
        await asyncio.sleep(seconds)
        await self._rebuild()

    async def tail_lost(self, seconds: float) -> None:
        """The standby hears nothing of what is answered for a while, and then is all there is. A
        device that refreshes its tokens meanwhile is ahead of what is left."""
        async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
            body = {"email": address(0), "password": PASSWORD}
            refresh = await self._tokens(client, "email/login", body)
            await asyncio.to_thread(self._follow)
            self._note("silence replication")
            self.streams[self.pair.leader.port].silence()
            for _ in range(3):
                refresh = await self._tokens(client, "refresh", {"refresh": refresh})
            await asyncio.sleep(TAIL_SECONDS)
            self._note("kill leader")
            await asyncio.to_thread(self.pair.leader.kill)
            await self.streams[self.pair.leader.port].stop()
            await self._promote()
            await self._tokens(client, "refresh", {"refresh": refresh})
            self._note("a refresh token that is ahead was taken")
        await asyncio.sleep(seconds)

    async def _tokens(self, client: httpx.AsyncClient, path: str, body: dict[str, str]) -> str:
        """A refresh token; asks again while the server has no database."""
        while True:
            answer = await client.post(f"{self.cluster.webs[0].base}/api/v1/auth/{path}", json=body)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                assert answer.status_code == httpx.codes.OK, answer.text
                return str(answer.json()["refresh"])
            await asyncio.sleep(LOOK_SECONDS)


class OfPostgresAlone(OfPostgres):
    synchronous = False


class OfRedis(Nemesis):
    _watching: asyncio.Task[None] | None = None

    @property
    def trio(self) -> Trio:
        assert isinstance(self.cluster.engines, Trio)
        return self.cluster.engines

    async def lead(self) -> dict[str, str]:
        self.front = await self._started(Proxy("127.0.0.1", self.trio.redis.port))
        self._watching = asyncio.create_task(self._watch())
        return {"REDIS_URL": f"redis://:{self.trio.redis.password}@127.0.0.1:{self.front.port}/0"}

    async def leave(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait([self._watching])
        await super().leave()

    async def _watch(self) -> None:
        while True:
            master = await asyncio.to_thread(self.trio.master)
            if master is not None and self.front.lead("127.0.0.1", master.port):
                self.trio.redis = master
                self._note(PROMOTED)
            await asyncio.sleep(LOOK_SECONDS)

    async def master_killed(self, seconds: float) -> None:
        """And started again a while later, as a replica of the new one."""
        old = self.trio.redis
        self._note("kill master")
        await asyncio.to_thread(old.kill)
        await asyncio.sleep(seconds)
        assert self.trio.redis is not old, "the Sentinels made no other master"
        await asyncio.to_thread(self.trio.revive, old)


class OfStack(Nemesis):
    """What `deploy/ha` says finds a leader by itself."""

    @property
    def stack(self) -> Stack:
        assert isinstance(self.cluster.engines, Stack)
        return self.cluster.engines

    async def switched_over(self, seconds: float) -> None:
        """As before an upgrade of the leader's machine."""
        await asyncio.to_thread(self.stack.noted)
        self._note("switchover")
        await asyncio.to_thread(self.stack.switch_over)
        self._note("switched over")
        await self._whole(seconds)

    async def machine_killed(self, seconds: float) -> None:
        """All that runs on the leader's machine, etcd, Redis and Sentinel too."""
        machine = await self._leader()
        self._note(f"kill machine {machine}")
        await asyncio.to_thread(self.stack.kill, machine)
        await self._lead_by_another(machine)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self.stack.revive, machine)
        await self._whole(seconds)

    async def machine_frozen(self, seconds: float) -> None:
        """And it thaws, believing that it leads."""
        machine = await self._leader()
        self._note(f"freeze machine {machine}")
        await asyncio.to_thread(self.stack.freeze, machine)
        await self._lead_by_another(machine)
        await asyncio.sleep(seconds)
        self._note(f"thaw machine {machine}")
        await asyncio.to_thread(self.stack.thaw, machine)
        await self._whole(seconds)

    async def _leader(self) -> int:
        machine = await asyncio.to_thread(self.stack.leader)
        assert machine is not None, "no machine leads"
        return machine

    async def _lead_by_another(self, machine: int) -> None:
        while await asyncio.to_thread(self.stack.leader) in (None, machine):
            await asyncio.sleep(LOOK_SECONDS)
        self._note(PROMOTED)

    async def _whole(self, seconds: float) -> None:
        """Until the next failover would lose nothing and the product has noted so."""
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self.stack.in_step)
        await asyncio.to_thread(self.stack.noted)
        self._note("in step")


class OfWebs(Nemesis):
    """Web processes leave in order, as in an upgrade."""

    async def drained(self, seconds: float) -> None:
        """One of them leaves, and another comes in its place."""
        await self._replace(0)
        await asyncio.sleep(seconds)

    async def replaced(self, seconds: float) -> None:
        """All of them, one after the other."""
        for index in range(len(self.cluster.webs)):
            await self._replace(index)
            await asyncio.sleep(seconds)

    async def _replace(self, index: int) -> None:
        """Nobody is led to it any more, then it is told to end."""
        web = self.cluster.webs[index]
        self._note(f"drain {web.name}")
        self.bases.remove(web.base)
        web.signal(signal.SIGTERM)
        await asyncio.to_thread(web.wait)
        self._note(f"{web.name} ended")
        web.start()
        await web.ready()
        self.bases.append(web.base)
