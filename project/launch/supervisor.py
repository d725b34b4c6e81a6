"""Keep processes running, show what they say, and end them in the opposite order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress

from project.embedded.tether import spawn
from project.launch.failure import LaunchFailed
from project.launch.place import ROOT
from project.launch.plan import Child

DEATHS, WINDOW_SECONDS = 5, 60.0


def say(name: str, text: str) -> None:
    """One line on the console, with the name of who says it; also for many threads at a time."""
    with suppress(BrokenPipeError):
        os.write(sys.stdout.fileno(), f"{name:<8} | {text}\n".encode())


class Running:
    """A started child, whose output goes to the console line by line."""

    def __init__(self, child: Child, env: Mapping[str, str]) -> None:
        self.child = child
        self._process = spawn(
            child.command,
            cwd=ROOT,
            env={**env, **child.env},
            output=subprocess.PIPE,
            pass_fds=child.fds,
        )
        self._reader = threading.Thread(target=self._relay, daemon=True)
        self._reader.start()

    @property
    def dead(self) -> bool:
        return self._process.poll() is not None

    @property
    def end(self) -> str:
        """How it ended, in words."""
        code = self._process.returncode
        return f"was killed by signal {-code}" if code < 0 else f"ended with status {code}"

    def ask_to_end(self) -> None:
        with suppress(ProcessLookupError):
            self._process.terminate()

    def make_end(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic), then kill it with whatever it started."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._reader.join(1)

    def _relay(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                say(self.child.name, line.decode(errors="replace").rstrip())


class Deaths:
    """Counts deaths; more than five within a minute are no accident any more."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: deque[float] = deque()

    def count(self, name: str, end: str) -> None:
        """Note one. Raises LaunchFailed when there were too many."""
        now = self._clock()
        self._times.append(now)
        while self._times[0] < now - WINDOW_SECONDS:
            self._times.popleft()
        if len(self._times) > DEATHS:
            raise LaunchFailed(
                f"{name} {end}, the death number {len(self._times)} within a minute: stopping."
            )


class Supervisor:
    """Runs children in a given environment; leave the context to end them."""

    def __init__(self, env: Mapping[str, str], deaths: Deaths) -> None:
        self._env = env
        self._deaths = deaths
        self._running: list[Running] = []

    def start(self, child: Child) -> None:
        self._running.append(Running(child, self._env))

    def replace_dead(self) -> None:
        """Start again what has died. Raises LaunchFailed when it dies again and again."""
        for place, running in enumerate(self._running):
            if running.dead:
                running.make_end(0)
                self._deaths.count(running.child.name, running.end)
                say(running.child.name, f"{running.end}; starting it again")
                self._running[place] = Running(running.child, self._env)

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *_: object) -> None:
        """The last started first; processes of one kind all at once."""
        while self._running:
            kind = self._running[-1].child.command
            ending = [running for running in self._running if running.child.command == kind]
            for running in ending:
                running.ask_to_end()
            deadline = time.monotonic() + ending[0].child.seconds
            for running in ending:
                running.make_end(deadline)
                self._running.remove(running)
