"""What PostgreSQL and Redis have in common as engines of ours."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal

from project.embedded.ownership import hand_over, identity_for
from project.embedded.secrets import Secrets
from project.embedded.tether import Identity, spawn

Mode = Literal["fast", "immediate"]


def wheel(package: str) -> Path:
    """The directory of an installed package, whose Python code we do without."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"The package {package} is not installed.")
    return Path(spec.origin).parent


class EngineFailed(Exception):
    """An engine did not start; the text says which one and why."""


class Engine:
    """One server program with its data directory.

    It listens on 127.0.0.1, on a port chosen at its first start and kept from then on, and asks for
    a password. All methods may be called in any state; none but `start` raises.
    """

    name: ClassVar[str]
    start_seconds: ClassVar[float] = 60
    stop_seconds: ClassVar[float] = 10

    def __init__(self, data_dir: Path, secrets: Secrets, program: Path) -> None:
        self.directory = data_dir / self.name
        self.log = data_dir / f"{self.name}.log"
        self.program = program
        self._secrets = secrets
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """Known before the first start, and stable unless another program takes it meanwhile."""
        return self._secrets.port(f"{self.name}_port")

    @property
    def url(self) -> str:
        """How clients reach it, password included."""
        raise NotImplementedError

    @property
    def password(self) -> str:
        return self._secrets.get(f"{self.name}_password")

    @property
    def pid(self) -> int | None:
        """The server's process id, None while it does not run."""
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Return when the server answers. Raises EngineFailed."""
        if self.running:
            return
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        hand_over(self.directory, self._identity())
        self._wait_for_the_last_one()
        self._prepare()
        self._secrets.free_port(f"{self.name}_port")
        self._process = self._launch()
        self._wait_until_it_answers()

    def stop(self, mode: Mode = "fast") -> None:
        """End the server: `fast` ends it in order, `immediate` as a crash would, but at once."""
        self.resume()
        self._signal(self._stop_signal(mode))
        self._end()

    def kill(self) -> None:
        """SIGKILL to all its processes, as when the machine loses power."""
        for pid in self._family():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._end()

    def pause(self) -> None:
        """Freeze the server: connections stay open, nothing answers."""
        for pid in self._family():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Undo `pause`."""
        for pid in self._family():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def _identity(self) -> Identity | None:
        return identity_for(self.directory, self.program)

    def _prepare(self) -> None:
        """Make the data directory ready before a start."""

    def _launch(self) -> subprocess.Popen[bytes]:
        raise NotImplementedError

    def _answers(self) -> bool:
        """Whether the server can be worked with now."""
        raise NotImplementedError

    def _stop_signal(self, mode: Mode) -> signal.Signals:
        raise NotImplementedError

    def _spawn(
        self, command: list[str], stdin: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return spawn(
                command, identity=self._identity(), cwd=self.directory, stdin=stdin, output=log
            )

    def _wait_for_the_last_one(self) -> None:
        """A server killed with its parent needs a moment to be gone with all its processes."""
        deadline = time.monotonic() + self.stop_seconds
        while holders := list(_running_in(self.directory, self.program)):
            if time.monotonic() > deadline:
                raise EngineFailed(f"{self.directory} is in use by process {holders[0]}.")
            time.sleep(0.02)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + self.start_seconds
        while not self._answers():
            if not self.running or time.monotonic() > deadline:
                self.kill()
                raise EngineFailed(f"{self.name} did not start: {self._last_words()}")
            time.sleep(0.02)

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join([f"the end of {self.log} is:", *lines[-8:]])

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self.running:
            self._process.send_signal(number)

    def _end(self) -> None:
        """Wait for the process, and kill it if it takes too long."""
        if self._process is None:
            return
        try:
            self._process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _family(self) -> list[int]:
        """The server's process and its children, the parent first."""
        if self.pid is None:
            return []
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        try:
            return [self.pid, *(int(pid) for pid in children.read_text().split())]
        except OSError:
            return [self.pid]


def _running_in(directory: Path, program: Path) -> Iterator[int]:
    """Processes of that program which work in that directory, which is where servers go."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            here = (process / "cwd").samefile(directory)
            if here and (process / "comm").read_text().strip() == program.name:
                yield int(process.name)
