"""What `deploy/ha` describes, as three machines at loopback addresses: its own files, with the
names in them replaced. It needs etcd, patroni and haproxy in the PATH, which no package of ours
brings."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psycopg

from project.embedded import Engines
from project.embedded.ownership import hand_over, identity_for
from project.embedded.postgres import PROGRAMS
from project.embedded.redis import PROGRAM
from project.embedded.tether import Identity, spawn

FILES = Path(__file__).resolve().parents[3] / "deploy" / "ha"
NEEDED = ("etcd", "patroni", "patronictl", "haproxy")
MACHINES = (1, 2, 3)
WITH_POSTGRES = (1, 2)
START_SECONDS = 90.0
IN_STEP = "select 1 from pg_stat_replication where sync_state = 'sync'"
NOTED = "select 1 from sync_epoch where synchronous"


def missing() -> list[str]:
    return [name for name in NEEDED if shutil.which(name) is None]


class Stack(Engines):
    """`kill`, `freeze`, `thaw` and `revive` do it to all that runs on one machine."""

    def __init__(self, data_dir: Path) -> None:
        if absent := missing():
            raise FileNotFoundError(f"not in the PATH: {', '.join(absent)}")
        super().__init__(data_dir)
        self._net = f"127.0.{10 + secrets.randbelow(240)}"
        self._password = secrets.token_hex(16)
        self._running: dict[int, list[subprocess.Popen[bytes]]] = {}

    @property
    def database_url(self) -> str:
        return f"postgresql://confab:{self._password}@{self._net}.9:5432/confab"

    @property
    def redis_url(self) -> str:
        return f"redis://:{self._password}@{self._net}.9:6379/0"

    def _at(self, machine: int) -> str:
        return f"{self._net}.{machine}"

    def _place(self, machine: int) -> Path:
        return self.data_dir / f"machine{machine}"

    def _postgres(self, machine: int) -> Path:
        return self._place(machine) / "postgres"

    def _rendered(self, name: str, **more: str) -> str:
        text = (FILES / name).read_text()
        for machine in MACHINES:
            for kind in ("postgres", "redis"):
                text = text.replace(f" {kind}{machine}:", f" {self._at(machine)}:")
        for old, new in more.items():
            text = text.replace(old, new)
        return text

    def start(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        shutil.copytree(FILES, self.data_dir / "deploy")
        for machine in MACHINES:
            self.revive(machine)
        front = self.data_dir / "haproxy.cfg"
        config = self._rendered("haproxy.cfg").replace("bind :", f"bind {self._net}.9:")
        front.write_text(config)
        env = os.environ | {"REDIS_PASSWORD": self._password}
        self._running[9] = [self._spawn(["haproxy", "-db", "-f", str(front)], "haproxy", env)]
        self._wait_until_it_leads()
        self.in_step()

    def _wait_until_it_leads(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._leads():
            if time.monotonic() > deadline:
                raise TimeoutError(f"HAProxy leads nowhere; see {self.data_dir}")
            time.sleep(0.2)

    def _leads(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"http://{self._net}.9:8404/health", trust_env=False).is_success
        return False

    def revive(self, machine: int) -> None:
        """Start what runs on a machine, with the data that is there."""
        place = self._place(machine)
        hand_over(place, self._identity())
        for name in ("etcd", "redis", "sentinel"):
            hand_over(place / name, self._identity())
        started = [self._etcd(machine), *self._redis(machine)]
        if machine in WITH_POSTGRES:
            started.append(self._patroni(machine))
        self._running[machine] = started

    def _identity(self) -> Identity | None:
        return identity_for(self.data_dir / "machine", Path(sys.executable).resolve())

    def _spawn(self, command: list[str], log: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
        whole = [shutil.which(command[0]) or command[0], *command[1:]]
        with (self.data_dir / f"{log}.log").open("ab") as out:
            return spawn(whole, identity=self._identity(), cwd=self.data_dir, env=env, output=out)

    def _etcd(self, machine: int) -> subprocess.Popen[bytes]:
        client, peer = f"http://{self._at(machine)}:2379", f"http://{self._at(machine)}:2380"
        all_peers = ",".join(f"m{n}=http://{self._at(n)}:2380" for n in MACHINES)
        options = {
            "name": f"m{machine}",
            "data-dir": str(self._place(machine) / "etcd"),
            "listen-client-urls": client,
            "advertise-client-urls": client,
            "listen-peer-urls": peer,
            "initial-advertise-peer-urls": peer,
            "initial-cluster": all_peers,
        }
        command = ["etcd", *(f"--{name}={value}" for name, value in options.items())]
        return self._spawn(command, f"etcd{machine}", dict(os.environ))

    def _redis(self, machine: int) -> list[subprocess.Popen[bytes]]:
        path = f"{PROGRAM.parent}:{os.environ['PATH']}"
        env = os.environ | {"PATH": path, "REDISCLI_AUTH": self._password}
        peers = " ".join(map(self._at, MACHINES))
        env |= {"NAME": self._at(machine), "PEERS": peers, "SENTINELS": peers}
        return [
            self._spawn(
                ["sh", f"deploy/redis/{name}.sh"],
                f"{name}{machine}",
                env | {"DATA": str(self._place(machine) / name)},
            )
            for name in ("redis", "sentinel")
        ]

    def _patroni(self, machine: int) -> subprocess.Popen[bytes]:
        place = self._place(machine)
        config = place / "patroni.yml"
        config.write_text(
            self._rendered(
                "postgres/patroni.yml",
                **{
                    "unix_socket_directories: /tmp": f"unix_socket_directories: {place}",
                    "pgpass: /tmp": f"pgpass: {place}",
                    "/etc/confab": str(self.data_dir / "deploy" / "postgres"),
                },
            )
        )
        return self._spawn(["patroni", str(config)], f"patroni{machine}", self._patronis(machine))

    def _patronis(self, machine: int) -> dict[str, str]:
        at = self._at(machine)
        return os.environ | {
            "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
            "CONFAB_PASSWORD": self._password,
            "PATRONI_NAME": f"postgres{machine}",
            "PATRONI_ETCD3_HOSTS": ",".join(f"{self._at(n)}:2379" for n in MACHINES),
            "ETCD_HERE": f"{at}:2379",
            "ETCD_ELSEWHERE": ",".join(f"{self._at(n)}:2379" for n in MACHINES if n != machine),
            "PATRONI_RESTAPI_LISTEN": f"{at}:8008",
            "PATRONI_RESTAPI_CONNECT_ADDRESS": f"{at}:8008",
            "PATRONI_POSTGRESQL_LISTEN": f"{at}:5432",
            "PATRONI_POSTGRESQL_CONNECT_ADDRESS": f"{at}:5432",
            "PATRONI_POSTGRESQL_DATA_DIR": str(self._postgres(machine)),
            "PATRONI_SUPERUSER_USERNAME": "postgres",
            "PATRONI_SUPERUSER_PASSWORD": self._password,
            "PATRONI_REPLICATION_USERNAME": "replicator",
            "PATRONI_REPLICATION_PASSWORD": self._password,
        }

    def leader(self) -> int | None:
        """The machine that Patroni says leads; None while it says so of none."""
        for machine in WITH_POSTGRES:
            with contextlib.suppress(httpx.HTTPError):
                url = f"http://{self._at(machine)}:8008/primary"
                if httpx.get(url, timeout=1, trust_env=False).is_success:
                    return machine
        return None

    def in_step(self) -> None:
        """Returns when commits wait for a standby, which has everything."""
        self._wait_for_row(IN_STEP)

    def noted(self) -> None:
        """Returns when the product knows so: a failover keeps the epoch then (decision 0045)."""
        self._wait_for_row(NOTED)

    def _wait_for_row(self, statement: str) -> None:
        url = self.database_url.replace("//confab:", "//postgres:")
        deadline = time.monotonic() + START_SECONDS
        while not _has_row(url, statement):
            if time.monotonic() > deadline:
                raise TimeoutError(statement)
            time.sleep(0.2)

    def switch_over(self) -> None:
        """To the other one; returns when it leads."""
        if (leader := self.leader()) is None:
            raise LookupError("nobody leads")
        command = [shutil.which("patronictl") or "", "-c", str(self._place(leader) / "patroni.yml")]
        command += ["switchover", "--leader", f"postgres{leader}", "--force"]
        subprocess.run(command, env=self._patronis(leader), check=True, capture_output=True)

    def _pids(self, machine: int) -> list[int]:
        """All processes of a machine, PostgreSQL's too, which Patroni lets go of."""
        found = [process.pid for process in self._running[machine] if process.poll() is None]
        with contextlib.suppress(OSError):
            found.append(int((self._postgres(machine) / "postmaster.pid").read_text().split()[0]))
        for pid in found:
            with contextlib.suppress(OSError):
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
                found += [int(child) for child in children if int(child) not in found]
        return found

    def _signal(self, machine: int, number: signal.Signals) -> None:
        for pid in self._pids(machine):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def freeze(self, machine: int) -> None:
        self._signal(machine, signal.SIGSTOP)

    def thaw(self, machine: int) -> None:
        self._signal(machine, signal.SIGCONT)

    def kill(self, machine: int) -> None:
        self._signal(machine, signal.SIGKILL)
        for process in self._running[machine]:
            process.wait()

    def stop(self) -> None:
        for machine in self._running:
            self.kill(machine)


def _has_row(url: str, statement: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3, autocommit=True) as connection:
            return connection.execute(statement.encode()).fetchone() is not None
    except psycopg.OperationalError:
        return False
