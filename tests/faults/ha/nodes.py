"""Two PostgreSQL servers of one history: a leader and its standby, each at a port of its own."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from project.embedded import EngineFailed, Engines, Secrets
from project.embedded.ownership import hand_over
from project.embedded.postgres import NAME, PROGRAMS, Postgres

WAIT_SECONDS = 90.0
IN_STEP = """select 1 from pg_stat_replication where application_name = 'standby'
    and sync_state = %s and replay_lsn >= pg_current_wal_lsn()"""


class Node(Postgres):
    """It makes a cluster of its own unless it is given an `upstream` (a URL) to copy."""

    def __init__(self, data_dir: Path, password: str) -> None:
        super().__init__(data_dir, Secrets(data_dir / "secrets.json"))
        self._password = password
        self.upstream = ""

    @property
    def password(self) -> str:
        return self._password

    def _prepare(self) -> None:
        if self.upstream and not (self.directory / "PG_VERSION").exists():
            command = [str(PROGRAMS / "pg_basebackup"), f"--pgdata={self.directory}"]
            command += [
                f"--dbname={self.upstream}",
                "--write-recovery-conf",
                "--checkpoint=fast",
                "--no-sync",
            ]
            if self._spawn(command).wait(self.start_seconds) != 0:
                raise EngineFailed(f"{self.directory} is no copy: {self._last_words()}")
        super()._prepare()

    def forget(self) -> None:
        """Throw the data away, so that the next start copies the upstream."""
        shutil.rmtree(self.directory)
        hand_over(self.directory, self._identity())

    def query(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Past all proxies, and outside of any transaction."""
        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def set(self, name: str, value: str) -> None:
        self.query(f"alter system set {name} = '{value}'")
        self.query("select pg_reload_conf()")

    def wait_for(self, statement: str, *values: Any) -> None:
        """Until the query has a row."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not self.query(statement, *values):
            if time.monotonic() > deadline:
                raise TimeoutError(statement)
            time.sleep(0.05)


class Pair(Engines):
    """`leader` and `standby` change places at a failover. With `copied` (a URL) they are copies of
    that server instead of beginning empty."""

    def __init__(self, data_dir: Path, copied: str = "") -> None:
        super().__init__(data_dir)
        password = urlsplit(copied).password or self.secrets.get("postgres_password")
        self.nodes = [Node(self.data_dir / name, password) for name in ("one", "two")]
        self.leader, self.standby = self.nodes
        self.leader.upstream = copied

    @property
    def database_url(self) -> str:
        return self.url_at([node.port for node in self.nodes])

    def url_at(self, ports: list[int]) -> str:
        """Several hosts, of which the one that takes writes is meant."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
        return f"postgresql://{NAME}:{self.leader.password}@{hosts}/{NAME}"

    def start(self) -> None:
        self.redis.start()
        self.start_postgres()

    def start_postgres(self) -> None:
        self.leader.start()
        if self.leader.upstream:
            self.leader.query("select pg_promote()")
        self.standby.upstream = self.leader.url
        self.standby.start()

    def stop(self) -> None:
        self.redis.stop()
        for node in self.nodes:
            node.stop("immediate")

    def follow(self, port: int, *, synchronous: bool) -> None:
        """Let the standby hear the leader at this port of loopback, and commits wait for it or not.
        Returns when it has heard everything."""
        way = f"host=127.0.0.1 port={port} user={NAME} password={self.leader.password}"
        self.standby.set("primary_conninfo", f"{way} application_name=standby")
        self.leader.set("synchronous_standby_names", "*" if synchronous else "")
        self.leader.wait_for(IN_STEP, "sync" if synchronous else "async")

    def note_that_it_is(self, *, synchronous: bool) -> None:
        """Returns when the standby has read what a promotion of it would go by (decision 0045)."""
        self.standby.wait_for("select 1 from sync_epoch where synchronous = %s", synchronous)

    def promote(self) -> None:
        """Make the standby the leader, which waits for none, as it has none."""
        self.standby.set("synchronous_standby_names", "")
        if self.standby.query("select pg_promote()") != [(True,)]:
            raise EngineFailed("the standby was not promoted")
        self.leader, self.standby = self.standby, self.leader

    def rebuild(self) -> None:
        """Make what was the leader, and is dead, a copy of the one that is."""
        self.standby.forget()
        self.standby.upstream = self.leader.url
        self.standby.start()
