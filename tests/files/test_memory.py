"""However large and many files are, a server that they pass through stays as it was."""

from __future__ import annotations

import http.client
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from project.embedded.ports import free_port
from tests.conftest import is_up, python, wait_until
from tests.people import Person, make_person

MIB = 1024 * 1024
SIZE, COUNT = 25 * MIB, 6
GROWTH = 40 * MIB
PIECE = bytes(range(256)) * 256
COMMANDS = {
    "uvicorn": "-m project.launch.web",
    "daphne": "-m daphne --verbosity 0 --port {port} asgi:application",
}


class Memory:
    """What the process had at first and had at most."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = psutil.Process(process.pid)
        self.first = self.most = self._process.memory_info().rss

    def look(self) -> None:
        self.most = max(self.most, self._process.memory_info().rss)

    @property
    def growth(self) -> int:
        return self.most - self.first


@contextmanager
def running(kind: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = COMMANDS[kind].format(port=port).split()
    given = {"HOST": "127.0.0.1", "PORT": str(port), "PUBLIC_URL": url}
    with python(command, given) as process:
        wait_until(lambda: is_up(url), process)
        yield url, process


def connection(url: str) -> tuple[http.client.HTTPConnection, str]:
    target = urlsplit(url)
    return http.client.HTTPConnection(target.netloc, timeout=60), target.path


def bring(upload: dict[str, Any]) -> int:
    """The status."""
    link, path = connection(upload["url"])
    with closing(link):
        link.putrequest("PUT", path)
        link.putheader("Content-Length", str(SIZE))
        link.putheader("Content-Type", "application/octet-stream")
        link.endheaders()
        for _ in range(SIZE // len(PIECE)):
            link.send(PIECE)
        return link.getresponse().status


def ready(file_id: str) -> None:
    """Without the worker: what was brought is what is served."""
    from project.files.models import File
    from project.files.stores.disk import DiskStore

    file = File.objects.get(pk=int(file_id))
    path = DiskStore()._path("content", file.key)
    path.parent.mkdir(parents=True, exist_ok=True)
    DiskStore()._path("incoming", file.key).rename(path)
    File.objects.filter(pk=file.pk).update(state="ready")


def downloads(person: Person, files: list[Any], stack: ExitStack) -> list[http.client.HTTPResponse]:
    """Begun, but not read."""
    begun = []
    for file in files:
        link, path = connection(person.get(f"/files/{file['id']}/link")["url"])
        stack.enter_context(closing(link))
        link.request("GET", path)
        begun.append(stack.enter_context(closing(link.getresponse())))
    return begun


@pytest.mark.parametrize("kind", COMMANDS)
def test_memory_stays_flat(kind: str) -> None:
    body = {"name": "big", "size": SIZE, "content_type": "application/octet-stream"}
    with running(kind) as (url, process), ExitStack() as stack:
        person = make_person(url, "alice")
        stack.enter_context(person.http)
        files = [person.post("/files", body, 201) for _ in range(COUNT)]
        memory = Memory(process)
        with ThreadPoolExecutor(COUNT) as threads:
            bringing = [threads.submit(bring, file["upload"]) for file in files]
            while not all(each.done() for each in bringing):
                memory.look()
                time.sleep(0.01)
        assert [each.result() for each in bringing] == [204] * COUNT
        assert memory.growth < GROWTH
        for file in files:
            ready(file["id"])
        begun = downloads(person, files, stack)
        until = time.monotonic() + 1  # long enough to send it all, if nothing held back
        while time.monotonic() < until:
            memory.look()
            time.sleep(0.01)
        assert memory.growth < GROWTH
        for response in begun:
            assert all(response.read(len(PIECE)) == PIECE for _ in range(SIZE // len(PIECE)))
            assert response.read() == b""
        memory.look()
        assert memory.growth < GROWTH
