"""What all designs stand on in a run: one PostgreSQL and one Redis, with a database for each."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import psutil
import psycopg

from project.embedded import Engines
from project.embedded.tether import spawn

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30.0
STOP_SECONDS = 10.0
SEGMENTS = 60
"""Of PostgreSQL's write-ahead log, 16 MiB each."""


class Server:
    """A web server of some design, in a process group of its own."""

    def __init__(
        self, command: list[str], env: dict[str, str], port: int, log: Path, root: Path = ROOT
    ) -> None:
        self.port = port
        self._log = log
        with log.open("ab") as output:
            self._process = spawn(command, env={**os.environ, **env}, cwd=root, output=output)
        deadline = time.monotonic() + START_SECONDS
        while not _listens(port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{command} did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        return self._process.pid

    def complaints(self) -> str:
        """The end of what the server wrote to its log."""
        return self._log.read_text(errors="replace")[-2000:]

    def stop(self) -> None:
        """Ask, wait a little, kill."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Ground:
    """A context manager: the engines run inside it, everything is gone after it."""

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.folder = folder
        self.secret = secrets.token_urlsafe(48)
        self.engines = Engines(folder)
        self._servers: list[Server] = []

    def __enter__(self) -> Ground:
        self.engines.start()
        self._wear_in()
        return self

    def _wear_in(self) -> None:
        """Give PostgreSQL the segments that it would have after some hours. It makes one while all
        who write wait, up to 50 ms and once a second at full speed, but uses old ones again."""
        with psycopg.connect(self.engines.database_url, autocommit=True) as connection:
            for _ in range(SEGMENTS):
                connection.execute("select pg_logical_emit_message(false, 'worn', 'in')")
                connection.execute("select pg_switch_wal()")
            connection.execute("checkpoint")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in self._servers:
            server.stop()
        self.engines.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self, name: str) -> str:
        """The URL of this database, which is made if need be."""
        with psycopg.connect(self.engines.database_url, autocommit=True) as connection:
            known = connection.execute("select from pg_database where datname = %s", [name])
            if known.fetchone() is None:
                connection.execute(f'create database "{name}"')
        return self.engines.database_url.rpartition("/")[0] + f"/{name}"

    def settings(self, database: str) -> dict[str, str]:
        """The environment that every design's processes get."""
        return {
            "DATABASE_URL": self.database(database),
            "REDIS_URL": self.engines.redis_url,
            "SECRET_KEY": self.secret,
        }

    def serve(
        self, name: str, command: list[str], env: dict[str, str], port: int, root: Path = ROOT
    ) -> Server:
        """Start a server of the checkout at `root`, stopped with the ground at the latest."""
        server = Server(command, env, port, self.folder / f"{name}.log", root)
        self._servers.append(server)
        return server

    def program(
        self,
        module: str,
        env: dict[str, str],
        *arguments: str,
        given: str = "",
        seconds: float = 300,
        root: Path = ROOT,
    ) -> str:
        """Run a Python module of the checkout at `root` to its end, for at most so long, with this
        as its input; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env={**os.environ, **env},
            cwd=root,
            capture_output=True,
            input=given,
            text=True,
            timeout=seconds,
        )
        if done.returncode:
            raise RuntimeError(f"{module} failed:\n{done.stderr[-2000:]}")
        return done.stdout

    def trees(self, server: Server) -> dict[str, int]:
        """The processes that work for a server, by what they are."""
        engines = {"postgres": self.engines.postgres.pid, "redis": self.engines.redis.pid}
        return {"server": server.pid, **{name: pid for name, pid in engines.items() if pid}}


def machine() -> dict[str, str | int | float]:
    """What the figures were measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "unknown",
    )
    return {
        "cpus": os.cpu_count() or 0,
        "cpu": model,
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "python": sys.version.split()[0],
        "load_before": round(os.getloadavg()[0], 2),
    }
