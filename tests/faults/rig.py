"""One run: a cluster, people with their devices, a workload, the faults, and the final read."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from tests.faults.checkers.run import Run, Truth
from tests.faults.cluster import Cluster
from tests.faults.device import Device, Person
from tests.faults.history import Recorder
from tests.faults.people import meet
from tests.faults.rest import Rest
from tests.faults.scenarios import Phase, Scenario
from tests.faults.truth import head, read_truth
from tests.faults.uploads import read_files, settle
from tests.faults.workload import Workload

CHATS_PER_PERSON = 3
HOT_CHATS = 4
FINISH_SECONDS = 30.0
CONVERGE_SECONDS = 30.0


class Rig:
    """Everything random comes from `seed`. `application` is the server's, or a broken one."""

    def __init__(
        self,
        scenario: Scenario,
        directory: Path,
        seed: int,
        application: str = "asgi:application",
    ) -> None:
        self._scenario = scenario
        self._directory = directory
        self._seed = seed
        self._recorder = Recorder(directory)
        self._cluster = Cluster(
            directory, scenario.webs, application, scenario.worked, scenario.engines
        )
        self._nemesis = scenario.nemesis(self._cluster, self._recorder, self._rng("nemesis"))
        self._devices: list[Device] = []
        self._people: list[Person] = []
        self._unfinished = 0
        self._late: list[str] = []

    def _rng(self, purpose: str) -> random.Random:
        """A stream of its own for each purpose, so that one does not disturb another."""
        return random.Random(f"{self._seed} {purpose}")

    async def run(self) -> Run:
        """Start everything, run the phases, wait for quiescence, read the truth, stop it all."""
        try:
            await asyncio.to_thread(self._cluster.start_engines)
            await self._cluster.start_webs(**await self._nemesis.lead())
            rest = Rest([web.base for web in self._cluster.webs], self._rng("doors"))
            self._nemesis.bases = rest.bases
            chats = await self._prepare(rest)
            before = self._memory()
            await self._phases(chats)
            truth = await self._settle(rest)
            after = self._memory()
        finally:
            await self._nemesis.leave()
            self._cluster.stop()
            self._recorder.close()
        return Run(
            events=self._recorder.events,
            devices={device.name: device.state for device in self._devices},
            truth=truth,
            chats=chats,
            limits=self._scenario.limits,
            unfinished=self._unfinished,
            late=self._late,
            logs={web.name: web.log.read_text(errors="replace") for web in self._cluster.webs},
            grown_mib={name: after[name] - size for name, size in before.items()},
        )

    async def _prepare(self, rest: Rest) -> dict[str, tuple[str, str]]:
        """People, their chats, and one to three devices each."""
        rng = self._rng("people")
        count = self._scenario.people
        people, chats = await meet(rest, self._cluster.env, count, CHATS_PER_PERSON, rng)
        self._people = people
        self._nemesis.users = [person.user for person in people]
        for index, person in enumerate(people):
            for letter in "abc"[: rng.choice([1, 2, 2, 3])]:
                name = f"d{index}{letter}"
                device = Device(name, person, rest, self._recorder, self._rng(name))
                self._devices.append(device)
        return chats

    async def _phases(self, chats: dict[str, tuple[str, str]]) -> None:
        self._tasks = [asyncio.create_task(device.run()) for device in self._devices]
        await self._connected()
        rng = self._rng("workload")
        hot = set(rng.sample(sorted(chats), HOT_CHATS))
        workload = Workload(self._devices, hot, rng, self._scenario.rate, self._scenario.mix)
        working = asyncio.create_task(workload.run())
        for phase in self._scenario.phases:
            await self._phase(phase)
        working.cancel()
        self._recorder.note("phase", "ok", kind="settling")
        self._unfinished = await workload.finish(FINISH_SECONDS)

    async def _connected(self) -> None:
        """All at once is a storm of its own, which the figures should not show."""
        async with asyncio.timeout(CONVERGE_SECONDS):
            while not all(device.connection for device in self._devices):
                await asyncio.sleep(0.1)

    async def _phase(self, phase: Phase) -> None:
        self._recorder.note("phase", "ok", kind=phase.name)
        if phase.fault:
            await getattr(self._nemesis, phase.fault)(phase.seconds)
        else:
            await asyncio.sleep(phase.seconds)

    async def _settle(self, rest: Rest) -> Truth:
        """Wait until every device stands at its user's head, then read the truth."""
        if self._scenario.worked:
            await settle(self._cluster)
        heads = {person.user: await head(rest, person) for person in self._people}
        try:
            async with asyncio.timeout(CONVERGE_SECONDS):
                while self._behind(heads):
                    await asyncio.sleep(0.1)
        except TimeoutError:
            self._late = self._behind(heads)
        truth = await read_truth(rest, self._people, self._cluster.engines.database_url)
        if self._scenario.worked:
            truth.store = await read_files(self._cluster, rest, self._people, truth)
        for device in self._devices:
            await device.stop()
        await asyncio.wait(self._tasks, timeout=5)
        for task in self._tasks:
            task.cancel()
        await rest.close()
        self._raise_from_tasks()
        return truth

    def _behind(self, heads: dict[str, tuple[str, int]]) -> list[str]:
        return [
            device.name
            for device in self._devices
            if (device.state.epoch, device.state.pts) != heads[device.person.user]
        ]

    def _raise_from_tasks(self) -> None:
        """A device that died of an error of its own proves nothing."""
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()):
                raise error

    def _memory(self) -> dict[str, float]:
        return {web.name: web.memory_mib() for web in self._cluster.webs}
