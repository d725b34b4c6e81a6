"""A whole installation on one of the stores: a server and a worker with a queue of their own."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from project.embedded.tether import spawn
from tests.conftest import GATEWAY, ROOT, own_redis, serving
from tests.files.stores.gate import Gate
from tests.files.stores.gateway import address

if TYPE_CHECKING:
    from project.files.stores import Store, Stored

PATIENCE = 40.0
"""Of Redis, not taken yet; the server that all tests share has the first."""


SWEEPER = """
import datetime as dt, sys, django
django.setup()
from django.utils import timezone
from project.files.services.sweeping import sweep
for line in sys.stdin:
    sweep(timezone.now() + dt.timedelta(minutes=float(line)))
    print("swept", flush=True)
"""


class Worker:
    """A Celery worker that can be killed."""

    def __init__(self, env: dict[str, str]) -> None:
        quiet = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
        self._env = {**os.environ, **env, **quiet, "CELERY_WORKER": "1"}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """It takes up work when it is ready; there is no need to wait for that."""
        if self._process is None:
            command = "-m celery --quiet -A project worker --loglevel=WARNING -c1 --without-gossip"
            self._process = spawn([sys.executable, *command.split()], cwd=ROOT, env=self._env)

    def kill(self) -> None:
        """As the kernel does when memory is short: nothing is tidied up."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


@dataclass
class Place:
    """`gate` is what the server and the worker reach an S3 store through; clients use none."""

    url: str
    env: dict[str, str]
    worker: Worker
    store: Callable[[], AbstractContextManager[Store]]
    sweeper: subprocess.Popen[bytes]
    gate: Gate | None = None
    known: dict[str, set[str]] = field(default_factory=dict)

    def note(self, file_id: str) -> None:
        """Remember what the file is called in the store now: it changes, and the file may go."""
        from project.files.models import File

        current = File.objects.filter(pk=int(file_id)).values_list("key", flat=True)
        self.known.setdefault(file_id, set()).update(current)

    def held(self, file_id: str) -> set[str]:
        """Where the store has anything of this file, as far as it was noted."""
        self.note(file_id)
        keys = tuple(self.known[file_id])
        return {each.place for each in self.objects() if each.key.startswith(keys)}

    def astray(self) -> list[Stored]:
        """Objects that belong to no file."""
        from project.files.models import File

        needed = set(File.objects.values_list("key", flat=True))
        return [each for each in self.objects() if each.key not in needed]

    def objects(self) -> list[Stored]:
        from project.files.stores import PLACES

        with self.store() as store:
            return [each for place in PLACES for each in store.listing(place)]

    def sweep(self, minutes: float) -> None:
        """The sweep as it will run in so many minutes."""
        assert self.sweeper.stdin
        assert self.sweeper.stdout
        self.sweeper.stdin.write(f"{minutes}\n".encode())
        self.sweeper.stdin.flush()
        assert self.sweeper.stdout.readline() == b"swept\n"


@contextmanager
def place_on_disk() -> Iterator[Place]:
    from project.files.stores.disk import DiskStore

    with _place({}, lambda: nullcontext(DiskStore())) as place:
        yield place


@contextmanager
def place_on_s3(**environment: str) -> Iterator[Place]:
    """In a bucket of its own: the sweep is to leave nothing in it that it does not know. It keeps
    versions, which makes it harder to leave nothing."""
    from tests.files.stores.conftest import s3_store

    bucket = f"confab-{secrets.token_hex(6)}"
    with ExitStack() as stack:
        gate = stack.enter_context(Gate(address()))
        own = {"S3_BUCKET": bucket, "S3_PUBLIC_ENDPOINT_URL": address()}
        env = {**GATEWAY, **own, "S3_ENDPOINT_URL": gate.url, **environment}
        store = partial(s3_store, S3_BUCKET=bucket)
        _make_bucket(store)
        stack.callback(_remove_bucket, store)
        place = stack.enter_context(_place(env, store))
        place.gate = gate
        prepare = [sys.executable, "manage.py", "prepare_bucket"]
        env = {**os.environ, **place.env}
        subprocess.run(prepare, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
        yield place


def _make_bucket(store: Callable[[], AbstractContextManager[Store]]) -> None:
    from django.conf import settings

    from project.files.stores.s3 import clients

    with store():
        clients().plain.create_bucket(Bucket=settings.S3_BUCKET)
        clients().plain.put_bucket_versioning(
            Bucket=settings.S3_BUCKET, VersioningConfiguration={"Status": "Enabled"}
        )


def _remove_bucket(store: Callable[[], AbstractContextManager[Store]]) -> None:
    from django.conf import settings

    from project.files.stores import PLACES
    from project.files.stores.s3 import clients

    # Servers and workers have ended: nobody writes any more.
    with store() as own:
        for place in (*PLACES, "exports"):
            for each in list(own.listing(place)):
                own.delete(place, each.key)
        left = clients().plain.list_object_versions(Bucket=settings.S3_BUCKET)
        assert not left.get("Versions", []) + left.get("DeleteMarkers", [])
        try:
            clients().plain.delete_bucket(Bucket=settings.S3_BUCKET)
        except ClientError as error:
            # Versity's gateway mislays versions when several delete one key at the same time:
            # nobody can see or remove them any more, and they keep the bucket.
            if error.response["Error"]["Code"] != "BucketNotEmpty":
                raise


@contextmanager
def _place(
    env: dict[str, str], store: Callable[[], AbstractContextManager[Store]]
) -> Iterator[Place]:
    """With a database of Redis to itself: no two places must do each other's tasks."""
    env = {**env, "REDIS_URL": own_redis()}
    with ExitStack() as stack:
        url = stack.enter_context(serving(**env))
        env["PUBLIC_URL"] = url
        worker = Worker(env)
        stack.callback(worker.kill)
        worker.start()
        yield Place(url, env, worker, store, stack.enter_context(_sweeper(env)))


@contextmanager
def _sweeper(env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Ends when nobody can ask it any more."""
    command = [sys.executable, "-c", SWEEPER]
    env = {**os.environ, **env, "CELERY_WORKER": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=env, stdin=pipe, stdout=pipe) as process:
        yield process
