"""Where the files of a run lie, and who works on them: a worker and a store that can be killed.

The store is the disk, or a bucket of its own in the S3 store that the environment names; then a
gate before it is what the servers and the people reach it by.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from project.embedded.tether import spawn
from tests.files.stores.gate import Gate

ROOT = Path(__file__).resolve().parents[2]
SWEEP = (
    "import django, sys, datetime as dt; django.setup();"
    "from django.utils import timezone; from project.files.services.sweeping import sweep;"
    "sweep(timezone.now() + dt.timedelta(minutes=float(sys.argv[1])))"
)


class Store:
    """`objects` looks past all of the server's code."""

    def __init__(self, directory: Path) -> None:
        self._files = directory / "data" / "files"
        self._given = {
            name: value for name, value in os.environ.items() if name.startswith(("S3_", "AWS_"))
        }
        self._bucket = f"faults-{secrets.token_hex(6)}"
        url = self._given.get("S3_ENDPOINT_URL")
        self.gate = Gate(url) if url else None

    @property
    def env(self) -> dict[str, str]:
        if self.gate is None:
            return {}
        reached = {"S3_ENDPOINT_URL": self.gate.url, "S3_PUBLIC_ENDPOINT_URL": self.gate.url}
        return {**self._given, **reached, "S3_BUCKET": self._bucket}

    def start(self) -> None:
        if self.gate is not None:
            self.gate.__enter__()
            self._client().create_bucket(Bucket=self._bucket)

    def stop(self) -> None:
        if self.gate is not None:
            for name in self.objects():
                self._client().delete_object(Bucket=self._bucket, Key=name)
            self._client().delete_bucket(Bucket=self._bucket)
            self.gate.__exit__()

    def objects(self) -> list[str]:
        """All that there is, as `place/key`; on disk with the part's label after the key."""
        if self.gate is None:
            found = (path for path in self._files.rglob("*") if path.is_file())
            return [f"{path.relative_to(self._files).parts[0]}/{path.name}" for path in found]
        pages = self._client().get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
        return [each["Key"] for page in pages for each in page.get("Contents", [])]

    def _client(self) -> Any:
        """Past the gate."""
        import boto3

        session = boto3.session.Session(region_name=self._given.get("AWS_REGION"))
        return session.client("s3", endpoint_url=self._given["S3_ENDPOINT_URL"])


class Worker:
    """A Celery worker with two processes."""

    def __init__(self, env: dict[str, str], directory: Path) -> None:
        self._env = {**env, "CELERY_WORKER": "1"}
        self._log = directory / "worker.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = "-m celery --quiet -A project worker --loglevel=WARNING -c2 --without-gossip"
        with self._log.open("ab") as log:
            self._process = spawn(
                [sys.executable, *command.split()], cwd=ROOT, env=self._env, output=log
            )

    def kill(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def sweep(self, minutes: float) -> None:
        """The sweep as it will run in so many minutes."""
        command = [sys.executable, "-c", SWEEP, str(minutes)]
        env = {**self._env, "DJANGO_SETTINGS_MODULE": "project.settings"}
        subprocess.run(command, cwd=ROOT, env=env, check=True)
