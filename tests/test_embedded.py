"""The embedded engines come back from whatever happened to them, and never outlive their owner."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from project.embedded import EngineFailed, Engines

ROOT = Path(__file__).resolve().parent.parent
OWNER = """
import sys, time
from pathlib import Path
from project.embedded import Engines
engines = Engines(Path(sys.argv[1]))
engines.start()
print(engines.postgres.pid, engines.redis.pid, flush=True)
time.sleep(600)
"""


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """With a space in its name; below a directory that, to root, is root's alone."""
    directory = Path(tempfile.mkdtemp(prefix="engines "))
    yield directory / "var"
    shutil.rmtree(directory)


@pytest.fixture
def engines(data_dir: Path) -> Iterator[Engines]:
    with Engines(data_dir) as running:
        yield running


def read_value(engines: Engines) -> str:
    with psycopg.connect(engines.database_url) as link:
        row = link.execute("SELECT value FROM kept").fetchone()
    assert row is not None
    return str(row[0])


def keep_value(engines: Engines, value: str) -> None:
    with psycopg.connect(engines.database_url) as link:
        link.execute("CREATE TABLE IF NOT EXISTS kept (value text)")
        link.execute("DELETE FROM kept")
        link.execute("INSERT INTO kept VALUES (%s)", (value,))


def test_what_was_committed_outlives_a_crash_at_the_same_address(engines: Engines) -> None:
    address = engines.database_url
    keep_value(engines, "before the crash")
    engines.postgres.kill()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)
    engines.postgres.start()
    assert engines.database_url == address
    assert read_value(engines) == "before the crash"


def test_an_immediate_stop_needs_recovery_and_gets_it(engines: Engines) -> None:
    keep_value(engines, "before the stop")
    engines.postgres.stop("immediate")
    assert engines.postgres.pid is None
    engines.postgres.start()
    assert read_value(engines) == "before the stop"
    assert "not properly shut down" in engines.postgres.log.read_text()


def test_queued_work_outlives_a_restart_of_redis(engines: Engines) -> None:
    with redis.Redis.from_url(engines.redis_url) as link:
        link.set("queued", "work")
    engines.redis.stop()
    engines.redis.start()
    with redis.Redis.from_url(engines.redis_url) as link:
        assert link.get("queued") == b"work"


def test_a_dead_owners_lock_file_stops_nothing_even_if_its_number_lives_again(
    engines: Engines,
) -> None:
    engines.postgres.kill()
    lock_file = engines.postgres.directory / "postmaster.pid"
    lines = lock_file.read_text().splitlines()
    lock_file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
    engines.postgres.start()
    assert engines.postgres.running


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_a_paused_engine_answers_nothing_until_it_is_resumed(engines: Engines, name: str) -> None:
    def ask() -> object:
        if name == "redis":
            with redis.Redis.from_url(engines.redis_url, socket_timeout=0.5) as link:
                return link.ping()
        with psycopg.connect(engines.database_url, connect_timeout=2) as link:
            return link.execute("SELECT 1").fetchone()

    engine = getattr(engines, name)
    assert ask()
    engine.pause()
    with pytest.raises((psycopg.OperationalError, redis.TimeoutError)):
        ask()
    engine.resume()
    assert ask()


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_a_paused_engine_can_be_stopped(engines: Engines, name: str) -> None:
    engine = getattr(engines, name)
    pid = engine.pid
    engine.pause()
    engine.stop()
    assert is_gone(pid)


def test_another_program_on_the_port_makes_the_engine_move(engines: Engines) -> None:
    taken = engines.redis.port
    engines.redis.stop()
    with socket.socket() as program:
        program.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        program.bind(("127.0.0.1", taken))
        program.listen()
        engines.redis.start()
    moved = engines.redis.port
    assert moved != taken
    engines.redis.stop()
    engines.redis.start()
    assert engines.redis.port == moved


def test_nobody_comes_in_without_the_password(engines: Engines) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(engines.database_url.replace(engines.postgres.password, "guess"))
    port = engines.redis.port
    with redis.Redis(port=port) as link, pytest.raises(redis.AuthenticationError):
        link.ping()


def test_passwords_are_for_the_owners_eyes_only(engines: Engines) -> None:
    file = engines.data_dir / "secrets.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    held = json.loads(file.read_text())
    for pid in (engines.postgres.pid, engines.redis.pid):
        command = " ".join(psutil.Process(pid).cmdline())
        assert held["postgres_password"] not in command
        assert held["redis_password"] not in command


def test_engines_listen_on_the_loopback_interface_alone(engines: Engines) -> None:
    for pid in (engines.postgres.pid, engines.redis.pid):
        sockets = psutil.Process(pid).net_connections(kind="all")
        addresses = {link.laddr.ip for link in sockets if link.status == psutil.CONN_LISTEN}
        assert addresses == {"127.0.0.1"}


def test_engines_never_run_as_root(engines: Engines) -> None:
    for pid in (engines.postgres.pid, engines.redis.pid):
        assert psutil.Process(pid).uids().effective != 0


def test_an_engine_lives_on_when_the_thread_that_started_it_ends(engines: Engines) -> None:
    engines.redis.stop()
    thread = threading.Thread(target=engines.redis.start)
    thread.start()
    thread.join()
    with redis.Redis.from_url(engines.redis_url) as link:
        assert link.ping()


def test_no_process_outlives_an_owner_that_is_killed(data_dir: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(data_dir)]
    owner = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    postgres, _redis = (int(pid) for pid in owner.stdout.readline().split())
    started = [postgres, _redis, *(child.pid for child in psutil.Process(postgres).children())]
    assert len(started) > 3
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    wait_for(lambda: all(is_gone(pid) for pid in started))
    with Engines(data_dir) as engines:
        assert engines.postgres.running


def test_two_owners_never_share_a_data_directory(engines: Engines) -> None:
    second = Engines(engines.data_dir)
    second.postgres.stop_seconds = 0.2  # type: ignore[misc]  # it waits that long for the first
    with pytest.raises(EngineFailed, match="in use by process"):
        second.start()
    assert engines.postgres.running
    assert engines.redis.running


def test_an_engine_that_cannot_start_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    engines = Engines(tmp_path / "var")
    with engines:
        pass
    (engines.postgres.directory / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(EngineFailed, match=r"initialized by PostgreSQL version 9\.6"):
        engines.start()
    assert engines.postgres.pid is None
    assert engines.redis.pid is None


def test_half_a_first_start_is_made_anew(tmp_path: Path) -> None:
    half = tmp_path / "var" / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with Engines(tmp_path / "var") as engines:
        keep_value(engines, "whole")
        assert read_value(engines) == "whole"
