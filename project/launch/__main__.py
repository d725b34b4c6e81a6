"""`python -m project.launch run|serve`."""

from __future__ import annotations

import argparse
import http.client
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from project.embedded import EngineFailed, Engines
from project.embedded.tether import end_with_parent, spawn
from project.launch.claims import claimed, listening
from project.launch.failure import LaunchFailed
from project.launch.place import ROOT, Place, read_place
from project.launch.plan import children
from project.launch.supervisor import Deaths, Supervisor, say

START_SECONDS = 60
LOOK_SECONDS = 0.2  # how long a dead process goes unnoticed


class Stop(BaseException):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


def _stop(number: int, frame: object) -> None:
    for repeated in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(repeated, signal.SIG_IGN)  # the second Ctrl-C must not interrupt the stopping
    raise Stop


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m project.launch")
    parser.add_argument("mode", choices=["run", "serve"])
    parser.add_argument(
        "--with-parent", action="store_true", help="stop when the parent process ends, however"
    )
    given = parser.parse_args()
    mode = given.mode
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        if given.with_parent:
            end_with_parent(signal.SIGTERM)
        launch(read_place(mode))
    except Stop:
        say("confab", "stopped")
    except (LaunchFailed, EngineFailed) as error:
        print(f"confab: {error}", file=sys.stderr)
        return 1
    return 0


def launch(place: Place) -> None:
    """Run everything until Stop is raised. Raises LaunchFailed and EngineFailed."""
    with ExitStack() as stack:
        stack.enter_context(claimed(place.data_dir))
        shutil.rmtree(place.metrics_dir, ignore_errors=True)  # of the last run
        listener = stack.enter_context(listening(place.host, place.port))
        stack.callback(say, "confab", "all processes have ended")
        engines = Engines(place.data_dir)
        env = place.environment(engines.secrets, **_start_engines(place, engines, stack))
        _warn(place)
        _manage(env, "migrate", "--verbosity", "0")
        if env.get("S3_BUCKET"):
            _prepare_bucket(env)
        new = place.mode == "run" and _manage(env, "demo").endswith("made")
        deaths = Deaths()
        supervisor = stack.enter_context(Supervisor(env, deaths))
        for child in children(place, listener.fileno()):
            supervisor.start(child)
        watch = Watch(engines, supervisor, deaths)
        _wait_until_live(place, watch)
        print(_banner(place), flush=True)
        if new:
            stack.enter_context(_conversing(place, env))
        while True:
            watch.look()


def _warn(place: Place) -> None:
    """Of what works on this machine and not on several."""
    if place.shared_with and not place.given.get("S3_BUCKET"):
        say("confab", "without S3_BUCKET, files that were brought to one machine are not on others")
    if place.shared_with and not place.given.get("REDIS_URL"):
        say("confab", "without REDIS_URL, machines hear of each other late, and each has a beat")


class Watch:
    """Looks after the engines that we started and the processes on them."""

    def __init__(self, engines: Engines, supervisor: Supervisor, deaths: Deaths) -> None:
        self._engines = [engine for engine in (engines.postgres, engines.redis) if engine.running]
        self._supervisor = supervisor
        self._deaths = deaths

    def look(self) -> None:
        """Start again what has died, then wait a little. Raises LaunchFailed, EngineFailed."""
        for engine in self._engines:
            if not engine.running:
                self._deaths.count(engine.name, "died")
                say(engine.name, "died; starting it again")
                engine.start()
        self._supervisor.replace_dead()
        time.sleep(LOOK_SECONDS)


def _start_engines(place: Place, engines: Engines, stack: ExitStack) -> dict[str, str]:
    """Start those that no URL names; they stop with `stack`. Returns the URLs by setting."""
    urls = {}
    for setting, engine in {"DATABASE_URL": engines.postgres, "REDIS_URL": engines.redis}.items():
        if not place.given.get(setting):
            stack.callback(engine.stop)
            engine.start()
            urls[setting] = engine.url
    return urls


def _prepare_bucket(env: dict[str, str]) -> None:
    """Chat needs no files: a store that is away only makes itself heard."""
    try:
        said = _manage(env, "prepare_bucket")
    except LaunchFailed as failed:
        said = str(failed)
    for line in said.splitlines():
        say("s3", line)


def _manage(env: dict[str, str], *command: str) -> str:
    """Run a command of `manage.py`; what it said."""
    process = spawn(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=env, output=subprocess.PIPE
    )
    said, _ = process.communicate()
    text = said.decode(errors="replace").strip()
    if process.returncode != 0:
        raise LaunchFailed(f"manage.py {command[0]} failed:\n{text}")
    return text


@contextmanager
def _conversing(place: Place, env: dict[str, str]) -> Iterator[None]:
    """Let the new demo accounts speak to each other, beside everything else."""
    command = [sys.executable, "-m", "project.launch.conversation", place.address]
    process = spawn(command, cwd=ROOT, env=env)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _wait_until_live(place: Place, watch: Watch) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _is_live(place.address):
        if time.monotonic() > deadline:
            raise LaunchFailed(f"The server does not answer after {START_SECONDS} seconds.")
        watch.look()


def _is_live(address: str) -> bool:
    """Whether it answers at all: it may not know the host name that we call it by."""
    link = http.client.HTTPConnection(urlsplit(address).netloc, timeout=2)
    try:
        link.request("GET", "/api/v1/health/live")
        return link.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def _banner(place: Place) -> str:
    lines = [f"Confab is running at {place.address}", ""]
    if place.mode == "run":
        lines.append("  accounts   alice@example.com and bob@example.com, password confab-demo")
    if place.outbox:
        lines.append(f"  outbox     {place.outbox} (every e-mail and SMS, as files)")
    lines += [f"  data       {place.data_dir}", "", "Ctrl-C stops it all."]
    return "\n".join(["", *lines, ""])


if __name__ == "__main__":
    sys.exit(main())
