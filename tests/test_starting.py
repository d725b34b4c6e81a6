"""How lightly a process starts, and how ready a server is."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

DEAR = {"elasticsearch", "twisted", "boto3"}
"""They take half a second of CPU and some thirty megabytes, in every process."""
NAMED = f"; import sys; print(*sorted({DEAR} & set(sys.modules)))"
BOTH = {"ELASTICSEARCH_URL": "http://127.0.0.1:1", "S3_BUCKET": "files", "AWS_REGION": "eu-west-1"}


def loaded(start: str, **environment: str) -> list[str]:
    command = [sys.executable, "-W", "ignore", "-c", start + NAMED]
    given = os.environ | environment
    found = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, check=True)
    return found.stdout.decode().split()


SERVERS = ["import asgi", "import project.wsgi"]


@pytest.mark.parametrize("server", SERVERS)
def test_nobody_loads_what_only_others_have(server: str) -> None:
    assert loaded(server) == []


@pytest.mark.parametrize("server", SERVERS)
def test_nobody_waits_until_what_is_needed_is_loaded(server: str) -> None:
    assert loaded(server, **BOTH) == ["boto3", "elasticsearch"]


def test_commands_and_workers_load_what_they_use() -> None:
    start = "import django; django.setup(); import project.celery"
    assert loaded(start, **BOTH) == []
