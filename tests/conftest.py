"""The ground of the tests: real PostgreSQL and Redis, a real server, a real Celery worker.

Nothing is rolled back or truncated between tests. Every test makes its own people, and what it sees
is what clients of a busy server would see.
"""

from __future__ import annotations

import faulthandler
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import httpx
import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key

from project.embedded import Engines
from project.embedded.ports import free_port
from project.embedded.tether import spawn

if TYPE_CHECKING:
    from tests.people import Person

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(tempfile.mkdtemp(prefix="confab tests "))
engines = Engines(DATA)
GATEWAY: dict[str, str] = {}
"""The environment that leads to an S3 store, if there is one. Who wants it says so; the server that
all tests share keeps files on disk."""
ELASTIC: dict[str, str] = {}
"""The same of an Elasticsearch; the shared server searches in PostgreSQL."""


def pytest_configure(config: pytest.Config) -> None:
    """Before any test module is imported. With `-n`, each process has engines of its own; the one
    that hands out the tests needs none."""
    if not config.getoption("numprocesses", None):
        lay_ground()


def lay_ground() -> None:
    """Engines, settings and tables."""
    engines.start()
    for name in [name for name in os.environ if name.startswith(("S3_", "AWS_"))]:
        GATEWAY[name] = os.environ.pop(name)
    for name in [name for name in os.environ if name.startswith("ELASTICSEARCH_")]:
        ELASTIC[name] = os.environ.pop(name)
    os.environ.update(
        DATABASE_URL=engines.database_url,
        REDIS_URL=engines.redis_url,
        DATA_DIR=str(DATA),
        OUTBOX_DIR=str(DATA / "outbox"),
        DJANGO_SETTINGS_MODULE="project.settings",
        SECRET_KEY="a key that is only good for tests, of enough length",
        ALLOWED_HOSTS="*",
        ALLOWED_ORIGINS="https://app.example",
        RATE_LIMITS="off",
        DEBUG="0",
    )
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    # Each thread of a test is somebody of their own, who waits for nobody else's connection.
    del settings.DATABASES["default"]["OPTIONS"]["pool"]
    call_command("migrate", verbosity=0)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not config.getoption("numprocesses", None):
        clear_ground()


def clear_ground() -> None:
    from django.db import connections

    connections.close_all()
    engines.stop()
    shutil.rmtree(DATA, ignore_errors=True)


_redis_numbers = itertools.count(1)


def own_redis() -> str:
    """A Redis database that no other server or worker of these tests has: tasks in its queues are
    done by its own workers alone."""
    return f"{engines.redis_url.rpartition('/')[0]}/{next(_redis_numbers)}"


END_SECONDS = 120
SLOWEST = ("tests/test_launch.py", "tests/faults/", "tests/browser/", "tests/files/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no process is left with it in the end; and before it
    what looks through the whole database, which is small as yet. Tests of one name are one test to
    whoever spreads them, so there must be none."""
    names = Counter(item.nodeid for item in items)
    if doubled := [name for name, times in names.items() if times > 1]:
        raise pytest.UsageError(f"tests that share a name: {doubled}")
    items.sort(
        key=lambda item: (
            not item.nodeid.startswith("tests/search/"),
            not item.nodeid.startswith(SLOWEST),
        )
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """A test has its time-out once. What then never ends, as an event loop that waits for a thread,
    ends the process, which says where it was, and with it the run."""
    said = item.config.stash[fault_handler_stderr_fd_key]  # past what captures the tests' output
    faulthandler.dump_traceback_later(END_SECONDS, file=said, exit=True)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture(autouse=True)
def no_older_queries() -> None:
    """Django notes the last 9,000 of a process, and warns whoever counts their own once older ones
    have been dropped."""
    from django.db import reset_queries

    reset_queries()


SOCKETS = "project.launch.corked:CorkedProtocol"


@contextmanager
def serving(place: Path = ROOT, /, ws: str = SOCKETS, **environment: str) -> Iterator[str]:
    """A production server in a process of its own, on a free port; its address. `place` is the
    source that it runs, `ws` what of it speaks the sockets' protocol."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    flags = (
        f"--ws {ws} --ws-max-size 131072"
        " --ws-per-message-deflate false --log-level warning --timeout-graceful-shutdown 2"
        " --no-proxy-headers"
    ).split()
    command = ["-m", "uvicorn", "asgi:application", "--port", str(port), *flags]
    with python(command, {"PUBLIC_URL": url, **environment}, place=place) as process:
        wait_until(lambda: is_up(url), process)
        yield url


@contextmanager
def on_gunicorn(
    options: str, environment: Mapping[str, str], *, output: int | None = None
) -> Iterator[str]:
    """The server of REST as production has it, on a free port; its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = (
        f"-m gunicorn project.wsgi:application --bind=127.0.0.1:{port} --worker-class=gthread"
        f" --no-control-socket {options}"
    ).split()
    with python(command, {"PUBLIC_URL": url, **environment}, output=output) as process:
        wait_until(lambda: is_up(url), process)
        yield url


@contextmanager
def python(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    place: Path = ROOT,
    output: int | IO[bytes] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own until the context ends. It does not outlive the tests either way."""
    command, given = [sys.executable, *arguments], {**os.environ, **environment}
    process = spawn(command, cwd=place, env=given, output=output)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def is_up(url: str) -> bool:
    try:
        return httpx.get(url + "/health/live").status_code == 200
    except httpx.TransportError:
        return False


def wait_until(done: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Ask until it is so; fails when the process has ended or two minutes are over."""
    deadline = time.monotonic() + 120
    while not done():
        assert process.poll() is None, "the process has ended"
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def server(worker: None) -> Iterator[str]:
    """The address of the server under test. What it leaves to the background is done, too."""
    with serving() as url:
        yield url


@pytest.fixture(scope="module")
def strict(worker: None) -> Iterator[str]:
    """The address of a server that enforces its limits."""
    with serving(RATE_LIMITS="enforce") as url:
        yield url


@pytest.fixture(scope="module")
def proxied(worker: None) -> Iterator[str]:
    """A strict one behind a proxy: a client may be at any address."""
    with serving(RATE_LIMITS="enforce", TRUSTED_PROXIES="1") as url:
        yield url


@pytest.fixture(scope="module")
def without_redis(worker: None) -> Iterator[str]:
    """One that has never found its Redis."""
    with serving(REDIS_URL="redis://127.0.0.1:1/0") as url:
        yield url


@pytest.fixture(scope="session")
def worker() -> Iterator[None]:
    """A Celery worker: whatever goes by mail or in the background needs it."""
    with working():
        yield


@contextmanager
def working() -> Iterator[None]:
    command = "-m celery -A project worker --loglevel=WARNING -c1"
    with python(command.split(), {"CELERY_WORKER": "1"}):
        yield


@pytest.fixture
def alice(server: str) -> Iterator[Person]:
    yield from _person(server, "alice")


@pytest.fixture
def bob(server: str) -> Iterator[Person]:
    yield from _person(server, "bob")


@pytest.fixture
def mallory(server: str) -> Iterator[Person]:
    """A stranger to the others."""
    yield from _person(server, "mallory")


def _person(server: str, name: str) -> Iterator[Person]:
    from tests.people import make_person

    person = make_person(server, name)
    yield person
    person.http.close()


@pytest.fixture
def chat(alice: Person, bob: Person) -> str:
    """The id of a chat between Alice and Bob, opened by Alice."""
    answer = alice.post("/chats", {"user": bob.id}, 201)
    return str(answer["id"])
