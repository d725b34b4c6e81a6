"""The system under test: embedded engines and web processes of our own, each as in production."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx

from project.embedded import Engines
from tests.faults.store import Store, Worker

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--ws project.launch.corked:CorkedProtocol --ws-max-size 65536 --ws-max-queue 8"
    " --ws-per-message-deflate false"
    " --ws-ping-interval 20 --ws-ping-timeout 20 --timeout-graceful-shutdown 5"
    " --no-proxy-headers --no-server-header --no-access-log --log-level warning"
).split()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Web:
    """One web process on a port of its own, which stays the same over restarts."""

    def __init__(self, name: str, application: str, env: dict[str, str], directory: Path) -> None:
        self.name = name
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.log = directory / f"{name}.log"
        self._command = [sys.executable, "-m", "uvicorn", application, "--host", "127.0.0.1"]
        self._command += ["--port", str(self.port), *FLAGS]
        self._env = env
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._env, stdout=out, stderr=out
            )

    async def ready(self, seconds: float = 90) -> None:
        """Wait until it answers. Raises TimeoutError with the end of its log."""
        try:
            async with asyncio.timeout(seconds), httpx.AsyncClient(trust_env=False) as client:
                while not await _answers(client, self.base):
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise TimeoutError(f"{self.name} is not up:\n{self.log.read_text()[-3000:]}") from None

    def signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.wait()

    def stop(self) -> None:
        """SIGTERM, and SIGKILL if that does not end it in ten seconds."""
        if self._process is None:
            return
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def wait(self) -> None:
        if self._process is not None:
            self._process.wait()

    def memory_mib(self) -> float:
        """Resident memory; 0 when it does not run."""
        if self._process is None or self._process.poll() is not None:
            return 0.0
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        match = re.search(r"^VmRSS:\s*(\d+) kB", status, re.MULTILINE)
        return int(match[1]) / 1024 if match else 0.0


async def _answers(client: httpx.AsyncClient, base: str) -> bool:
    try:
        return (await client.get(f"{base}/health/live", timeout=2)).status_code < 500
    except httpx.HTTPError:
        return False


class Cluster:
    """`application` names the ASGI application, so that a broken one can be put to the test.
    `worked`: with a worker, and a store for files; most scenarios need neither."""

    def __init__(
        self,
        directory: Path,
        webs: int = 1,
        application: str = "asgi:application",
        worked: bool = False,
        engines: Callable[[Path], Engines] = Engines,
    ) -> None:
        self.directory = directory
        self.engines = engines(directory / "data")
        self._count = webs
        self._application = application
        self.webs: list[Web] = []
        self.env: dict[str, str] = {}
        self.store = Store(directory)
        self.worker: Worker | None = None
        self._worked = worked

    def start_engines(self) -> None:
        self.engines.start()
        self.env = self._environment(self.engines.database_url)
        manage = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(manage, cwd=ROOT, env=self.env, check=True)
        if self._worked:
            self.store.start()
            self.env |= self.store.env
            self.worker = Worker(self.env, self.directory)
            self.worker.start()

    def _environment(self, database_url: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "DATABASE_URL": database_url,
            "REDIS_URL": self.engines.redis_url,
            "SECRET_KEY": secrets.token_hex(32),
            "ALLOWED_HOSTS": "127.0.0.1",
            "DEBUG": "0",
            "RATE_LIMITS": "off",
            "ACCESS_SECONDS": "7200",
            "OUTBOX_DIR": str(self.directory / "outbox"),
            "DATA_DIR": str(self.directory / "data"),
            "PYTHONUNBUFFERED": "1",
        }

    async def start_webs(self, **through: str) -> None:
        """Start the web processes; `DATABASE_URL` and `REDIS_URL` lead them through proxies."""
        env = self.env | through
        for count in range(self._count):
            web = Web(f"web{count + 1}", self._application, env, self.directory)
            web.start()
            self.webs.append(web)
        for web in self.webs:
            await web.ready()

    def stop(self) -> None:
        if self.worker is not None:
            self.worker.kill()
        for web in self.webs:
            web.stop()
        if self._worked:
            self.store.stop()
        self.engines.stop()
