"""One command starts everything, keeps it running, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import httpx
import psutil
import pytest

from project.embedded.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
MANY = 90.0  # seconds that a start may take on a busy machine


def wait_for(condition: Callable[[], bool], what: str, seconds: float = MANY) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


class Launched:
    """The launcher as a process, with a data directory and a port of its own; or make, which starts
    it."""

    def __init__(self, mode: str, directory: Path, make: bool = False, **settings: str) -> None:
        self.data_dir = directory / "var"
        self.port = int(settings.get("PORT") or free_port())
        self.url = f"http://127.0.0.1:{self.port}"
        self._said = Path(tempfile.mkstemp(prefix="said", dir=directory)[1])
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        env = {**kept, "DATA_DIR": str(self.data_dir), "PORT": str(self.port), **settings}
        command = [sys.executable, "-m", "project.launch", mode]
        if make:
            command = ["make", "--old-file=.venv/run.lock", f"BIN={sys.executable}", mode]
        with self._said.open("ab") as out:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self._said.read_text()

    def until_up(self) -> Self:
        def up() -> bool:
            assert self.process.poll() is None, self.said
            return "Ctrl-C stops it all." in self.said

        wait_for(up, "the banner")
        return self

    def all_processes(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def children(self, part_of_command: str) -> list[psutil.Process]:
        """The launcher's own children with this in their command lines."""
        found = []
        for process in psutil.Process(self.process.pid).children():
            with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if part_of_command in " ".join(process.cmdline()):
                    found.append(process)
        return found

    def live(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/v1/health/live", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def end(self, number: signal.Signals = signal.SIGINT, seconds: float = 15) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(seconds)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="launch "))
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Launched]]:
    """Starts launchers, below `tmp_path` unless told otherwise, that end with the test."""
    started: list[Launched] = []

    def start(
        mode: str, directory: Path = tmp_path, make: bool = False, **settings: str
    ) -> Launched:
        started.append(Launched(mode, directory, make, **settings))
        return started[-1]

    yield start
    for launched in started:
        launched.end()


@pytest.fixture(scope="module")
def running(place: Path) -> Iterator[Launched]:
    """`make run`, as it stands after the first start."""
    launched = Launched("run", place).until_up()
    yield launched
    launched.end()


def test_the_banner_tells_all_that_one_needs(running: Launched) -> None:
    for needed in (
        running.url,
        "alice@example.com",
        "bob@example.com",
        "confab-demo",
        str(running.data_dir / "outbox"),
    ):
        assert needed in running.said


def test_the_first_look_shows_each_kind_of_message(running: Launched) -> None:
    given = {"email": "alice@example.com", "password": "confab-demo"}
    with httpx.Client(base_url=f"{running.url}/api/v1", timeout=20) as http:
        tokens = http.post("/auth/email/login", json=given).json()
        http.headers["Authorization"] = f"Bearer {tokens['access']}"

        def messages() -> list[dict[str, Any]]:
            chats = http.get("/chats").json()["results"]
            page = chats and http.get(f"/chats/{chats[0]['id']}/messages").json()
            return page["results"] if page else []

        wait_for(lambda: any(message["edited_at"] for message in messages()), "the last message")
        said = messages()
        http.post("/auth/logout")
    assert {message["type"] for message in said} >= {"text", "image", "file"}
    for what in ("reply_to", "forward", "action", "reference", "no_forward", "reactions", "tags"):
        assert any(message[what] for message in said), f"no message with {what}"
    assert len({message["sender"] for message in said}) == 2


def test_the_demo_accounts_can_log_in(running: Launched) -> None:
    for name in ("alice", "bob"):
        given = {"email": f"{name}@example.com", "password": "confab-demo"}
        answer = httpx.post(f"{running.url}/api/v1/auth/email/login", json=given)
        assert answer.status_code == 200, answer.text
        assert answer.json()["access"]


def test_every_part_is_well_and_the_page_is_there(running: Launched) -> None:
    health = httpx.get(f"{running.url}/api/v1/health/ready").json()
    assert health["status"] == "ok"
    assert "text/html" in httpx.get(running.url).headers["content-type"]


def test_a_letter_gets_from_the_server_through_the_worker_to_the_outbox(
    running: Launched,
) -> None:
    given = {
        "email": f"new{time.time_ns()}@example.com",
        "password": "a long enough one",
        "name": "New",
    }
    answer = httpx.post(f"{running.url}/api/v1/auth/email/register", json=given)
    assert answer.status_code < 300, answer.text
    outbox = running.data_dir / "outbox"
    wait_for(
        lambda: any(given["email"] in file.read_text() for file in outbox.glob("*.json")), "it"
    )


def test_a_second_one_on_the_same_data_is_refused_in_one_line(
    running: Launched, launch: Callable[..., Launched], place: Path
) -> None:
    second = launch("run", place)
    assert second.process.wait(MANY) == 1
    assert second.said.count("\n") == 1
    assert f"runs already on {running.data_dir}" in second.said
    assert str(running.process.pid) in second.said


def test_a_second_one_on_the_same_port_is_refused_in_one_line(
    running: Launched, launch: Callable[..., Launched]
) -> None:
    second = launch("run", PORT=str(running.port))
    assert second.process.wait(MANY) == 1
    assert second.said.count("\n") == 1
    assert f"127.0.0.1:{running.port} is in use" in second.said
    assert not (second.data_dir / "postgres").exists()


@pytest.mark.parametrize(
    "part", ["daphne", "--exclude-queues files,bulk", "--queues files", "redis-server"]
)
def test_a_child_that_dies_is_started_again(running: Launched, part: str) -> None:
    [died] = running.children(part)
    died.kill()
    wait_for(lambda: any(one != died for one in running.children(part)), f"another {part}")
    wait_for(running.live, "an answer")
    assert "starting it again" in running.said


def test_what_was_kept_is_there_after_postgres_died(running: Launched) -> None:
    [postgres] = running.children("pginstall18/bin/postgres")
    postgres.kill()
    given = {"email": "alice@example.com", "password": "confab-demo"}

    def logs_in() -> bool:
        answer = httpx.post(f"{running.url}/api/v1/auth/email/login", json=given, timeout=30)
        return answer.status_code == 200

    wait_for(logs_in, "a login")


def test_nothing_is_left_after_ctrl_c(
    launch: Callable[..., Launched],
) -> None:
    launched = launch("run").until_up()
    processes = launched.all_processes()
    assert len(processes) > 8
    started = time.monotonic()
    assert launched.end(signal.SIGINT) == 0
    assert time.monotonic() - started < 12
    assert all(is_gone(process) for process in processes)
    assert not launched.live()


def test_nothing_is_left_when_the_launcher_is_killed_and_the_next_one_starts(
    launch: Callable[..., Launched],
) -> None:
    launched = launch("serve", WEB_PROCESSES="2").until_up()
    processes = launched.all_processes()
    assert len(launched.children("project.launch.web")) == 2
    launched.process.kill()
    launched.process.wait()
    wait_for(lambda: all(is_gone(process) for process in processes), "their end")

    again = launch("serve", PORT=str(launched.port)).until_up()
    answer = httpx.get(f"{again.url}/api/v1/nowhere")
    assert answer.status_code == 404
    assert "DEBUG" not in answer.text
    login = {"email": "alice@example.com", "password": "confab-demo"}
    refused = httpx.post(f"{again.url}/api/v1/auth/email/login", json=login)
    assert refused.status_code in (400, 401)
    again_processes = again.all_processes()
    assert again.end(signal.SIGTERM) == 0
    assert all(is_gone(process) for process in again_processes)


def test_a_failed_migration_stops_everything_with_its_reason(
    launch: Callable[..., Launched],
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"postgresql://nobody@127.0.0.1:{nobody.getsockname()[1]}/nothing"
        launched = launch("run", DATABASE_URL=url)
        assert launched.process.wait(MANY) == 1
    assert "manage.py migrate failed" in launched.said
    assert not launched.live()


def test_who_is_started_by_make_ends_with_it(launch: Callable[..., Launched]) -> None:
    launched = launch("serve", make=True).until_up()
    assert psutil.Process(launched.process.pid).name() == "make"
    processes = launched.all_processes()
    assert len(processes) > 5
    launched.process.kill()
    launched.process.wait(5)
    wait_for(lambda: all(map(is_gone, processes)), "the end of all")
    assert not launched.live()
