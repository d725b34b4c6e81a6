"""Three Redis, each with a Sentinel beside it, of which the Sentinels make one the master."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import redis

from project.embedded import Engines, Secrets
from project.embedded.engine import Engine
from project.embedded.redis import PROGRAM, Redis

COUNT = 3
DOWN_MILLISECONDS = 500
WAIT_SECONDS = 60.0
SENTINEL = """\
port {port}
bind 127.0.0.1
sentinel monitor confab 127.0.0.1 {master} 2
sentinel auth-pass confab {password}
sentinel down-after-milliseconds confab {down}
sentinel failover-timeout confab 4000
"""


class Node(Redis):
    """`master`: the port of the one that it follows, 0 for none."""

    def __init__(self, data_dir: Path, shared: Secrets) -> None:
        super().__init__(data_dir, Secrets(data_dir / "secrets.json"))
        self._shared = shared
        self.master = 0

    @property
    def password(self) -> str:
        return self._shared.get("redis_password")

    def _settings(self) -> str:
        more = f"masterauth {self.password}\nrepl-diskless-sync yes\nrepl-diskless-sync-delay 0\n"
        if self.master:
            more += f"replicaof 127.0.0.1 {self.master}\n"
        return super()._settings() + more

    def role(self) -> str:
        """`master` or `slave`; empty when nobody answers."""
        with suppress(redis.RedisError), self._asked() as link:
            return str(link.role()[0].decode())
        return ""

    def _asked(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=1, socket_connect_timeout=1)


class Sentinel(Engine):
    """It watches what `monitor` names, and keeps what it learns in its file."""

    name = "sentinel"

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir, Secrets(data_dir / "sentinel.json"), PROGRAM)

    def monitor(self, master: Node) -> None:
        self._file = SENTINEL.format(
            port=self.port, master=master.port, password=master.password, down=DOWN_MILLISECONDS
        )

    def _launch(self) -> subprocess.Popen[bytes]:
        file = self.directory / "sentinel.conf"
        file.write_text(self._file)
        if (identity := self._identity()) is not None:
            os.chown(file, identity.uid, identity.gid)
        return self._spawn([str(self.program), file.name, "--sentinel"])

    def _link(self) -> redis.Redis:
        return redis.Redis(port=self.port, socket_timeout=1, socket_connect_timeout=1)

    def _answers(self) -> bool:
        with suppress(redis.RedisError), self._link() as link:
            return bool(link.ping())
        return False

    def knows(self) -> tuple[int, int]:
        """How many replicas and how many other Sentinels it has found."""
        with self._link() as link:
            (state,) = link.sentinel_masters().values()
        return int(state["num-slaves"]), int(state["num-other-sentinels"])


class Trio(Engines):
    """`redis` is the present master."""

    redis: Node

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        places = [self.data_dir / f"redis{number}" for number in range(COUNT)]
        self.nodes = [Node(place, self.secrets) for place in places]
        self.sentinels = [Sentinel(place) for place in places]
        self.redis = self.nodes[0]

    def start(self) -> None:
        self.postgres.start()
        self.start_redis()

    def start_redis(self) -> None:
        """Returns when each knows of all the others."""
        for node in self.nodes:
            node.master = 0 if node is self.redis else self.redis.port
            node.start()
        for sentinel in self.sentinels:
            sentinel.monitor(self.nodes[0])
            sentinel.start()
        deadline = time.monotonic() + WAIT_SECONDS
        while any(s.knows() != (COUNT - 1, COUNT - 1) for s in self.sentinels):
            if time.monotonic() > deadline:
                raise TimeoutError(f"Sentinels know {[s.knows() for s in self.sentinels]}")
            time.sleep(0.05)

    def stop_redis(self) -> None:
        for engine in (*self.sentinels, *self.nodes):
            engine.kill()

    def stop(self) -> None:
        self.stop_redis()
        self.postgres.stop()

    def master(self) -> Node | None:
        """Who says that it is; None while nobody does."""
        return next((node for node in self.nodes if node.running and node.role() == "master"), None)

    def revive(self, node: Node) -> None:
        """Start one that was killed, as a replica of whoever is the master now: it would take
        itself for the master until the Sentinels find it."""
        master = self.master()
        assert master is not None, "there is no master"
        node.master = master.port
        node.start()
