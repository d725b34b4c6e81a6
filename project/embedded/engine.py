"""What both engines share: a child process that dies with its parent, started until it answers."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

START_SECONDS = 30.0
STOP_SECONDS = 10.0
_PR_SET_PDEATHSIG = 1


class EngineFailed(RuntimeError):
    """An engine did not start; the message ends with the end of its log."""


def die_with_parent(deadly: int = signal.SIGKILL) -> None:
    """For `preexec_fn`: whatever happens to the parent, this process does not outlive it."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, deadly)


def spawn(
    command: list[str], log: Path, before: Callable[[], None] | None = None
) -> subprocess.Popen[bytes]:
    """Start a child in a group of its own, its output in `log`."""

    def prepare() -> None:
        if before is not None:
            before()
        die_with_parent()

    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=prepare,
        )


class Engine:
    """One engine's process. Subclasses say how to start it and how to see that it answers."""

    name = "engine"

    def __init__(self, log: Path) -> None:
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError(f"{self.name} does not run")
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def launch(self) -> subprocess.Popen[bytes]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def start(self) -> None:
        """Start and wait until it answers."""
        if self.running:
            return
        self._process = self.launch()
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise EngineFailed(f"{self.name} did not start:\n{self._end_of_log()}")
            time.sleep(0.05)

    def _end_of_log(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-15:])

    def signal(self, number: int) -> None:
        """Send a signal to the engine's whole group."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def ask_to_stop(self, number: int) -> None:
        """Signal the main process alone and wait until it is gone."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(number)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._process = None

    def kill(self) -> None:
        """SIGKILL to all of it at once: a crash."""
        self.signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Stall it: connections stay, nothing answers."""
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.signal(signal.SIGCONT)
