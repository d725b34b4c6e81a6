"""Servers with other settings than the one that the tests share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil
import pytest

from tests.conftest import serving
from tests.people import Person, client

if TYPE_CHECKING:
    from project.embedded.redis import Redis
    from project.sync.hub import Hub


@pytest.fixture(scope="package")
def impatient() -> Iterator[str]:
    """The address of a server that waits for nobody."""
    with serving(
        AUTH_SECONDS="1", HEARTBEAT_SECONDS="3", IDLE_SECONDS="3", EXPIRED_SECONDS="0"
    ) as url:
        yield url


@pytest.fixture(scope="package")
def neighbour(server: str) -> Iterator[str]:
    """The address of another server on the same engines."""
    with serving() as url:
        yield url


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    """The hub of this process, for sockets that a test serves itself."""
    from project.sync.hub import hub_here

    yield hub_here()
    await hub_here().close()


@pytest.fixture(scope="module")
def own_redis() -> Iterator[Redis]:
    """A Redis that a test may kill, if it starts it again."""
    from project.embedded.redis import Redis
    from project.embedded.secrets import Secrets

    place = Path(tempfile.mkdtemp(prefix="confab redis "))
    engine = Redis(place, Secrets(place / "secrets.json"))
    engine.start()
    yield engine
    engine.stop()
    shutil.rmtree(place)


def moved(person: Person, server: str) -> Person:
    """The same person on another server."""
    return replace(person, server=server, http=client(server, person.access))


def process_of(server: str) -> psutil.Process:
    """The process that serves this address."""
    port = str(urlsplit(server).port)
    children = psutil.Process().children(recursive=True)
    return next(child for child in children if port in child.cmdline())
