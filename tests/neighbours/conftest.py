"""A server whose way to PostgreSQL and Redis is in the hands of the tests.

It has a role of its own on the database that all tests share: what is done to that role is done to
nobody else.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import psycopg
import pytest

from project.embedded.ports import free_port
from project.embedded.tether import spawn
from tests.conftest import engines, serving
from tests.faults.people import Place
from tests.faults.proxy import Proxy
from tests.sync.conftest import own_redis

__all__ = ["own_redis"]

PASSWORD = "of the role"
PGBOUNCER = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")


class Way(NamedTuple):
    """A server, the role that it is, and the proxies before its engines."""

    server: str
    role: str
    postgres: Proxy
    redis: Proxy
    loop: asyncio.AbstractEventLoop

    def silence(self, proxy: Proxy) -> None:
        self.loop.call_soon_threadsafe(proxy.silence)

    def speak(self, proxy: Proxy) -> None:
        self.loop.call_soon_threadsafe(proxy.speak)


def sql(statement: str, *values: str) -> list[tuple[Any, ...]]:
    """As the superuser, on the database of all tests."""
    with psycopg.connect(engines.database_url, autocommit=True) as connection:
        cursor = connection.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


def cut(role: str) -> None:
    """End all connections of a role."""
    sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", role)


def url_of(role: str, port: int) -> str:
    return f"postgresql://{role}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{port}/confab"


@contextmanager
def role_of_its_own(name: str) -> Iterator[str]:
    """A role that may do all."""
    sql(f"create role {name} login superuser password '{PASSWORD}'")
    try:
        yield name
    finally:
        cut(name)
        sql(f"drop owned by {name}")
        sql(f"drop role {name}")


@contextmanager
def proxies(*urls: str) -> Iterator[tuple[list[Proxy], asyncio.AbstractEventLoop]]:
    """Before each of these engines, on a loop in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    all_ = [Proxy(place.host, place.port) for place in map(Place.of, urls)]

    async def each(name: str) -> None:
        for proxy in all_:
            await getattr(proxy, name)()

    asyncio.run_coroutine_threadsafe(each("start"), loop).result(10)
    try:
        yield all_, loop
    finally:
        asyncio.run_coroutine_threadsafe(each("stop"), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@pytest.fixture(scope="package")
def way() -> Iterator[Way]:
    engine_urls = (engines.database_url, engines.redis_url)
    with (
        role_of_its_own("behind_a_proxy") as role,
        proxies(*engine_urls) as ([postgres, redis], loop),
    ):
        environment = {
            "DATABASE_URL": url_of(role, postgres.port),
            "REDIS_URL": Place.of(engines.redis_url).through(redis.port),
        }
        with serving(**environment) as server:
            yield Way(server, role, postgres, redis, loop)


class Pooler(NamedTuple):
    """PgBouncer in transaction mode."""

    url: str
    role: str


CONFIGURATION = """
[databases]
* = host=127.0.0.1 port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
auth_type = plain
auth_file = {directory}/users
pool_mode = transaction
default_pool_size = 12
unix_socket_dir =
"""


@pytest.fixture(scope="package")
def pooler() -> Iterator[Pooler]:
    if PGBOUNCER is None:
        pytest.skip("pgbouncer is not installed")
    directory = Path(tempfile.mkdtemp(prefix="pgbouncer-"))
    own, port = free_port(), urlsplit(engines.database_url).port
    with role_of_its_own("behind_a_pooler") as role:
        (directory / "users").write_text(f'"{role}" "{PASSWORD}"\n')
        configuration = directory / "pgbouncer.ini"
        configuration.write_text(CONFIGURATION.format(port=port, own=own, directory=directory))
        directory.chmod(0o755)
        command = [PGBOUNCER, "--user", "nobody", "--quiet", str(configuration)]
        process = spawn(command)
        yield Pooler(url_of(role, own), role)
        process.terminate()
        process.wait(20)
    shutil.rmtree(directory)


@pytest.fixture(scope="package")
def pooled(pooler: Pooler) -> Iterator[str]:
    """The address of a server behind it."""
    with serving(DATABASE_URL=pooler.url) as server:
        yield server
