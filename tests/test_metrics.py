"""What is counted is one truth, whichever process is asked and whichever has counted."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from project.embedded.ports import free_port
from tests.conftest import is_up, python, wait_until
from tests.people import PASSWORD, Person


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[str]:
    """The address of a server with three processes."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    flags = f"--bind=127.0.0.1:{port} --worker-class=gthread --threads=4 --workers=3"
    command = ["-m", "gunicorn", "project.wsgi", *flags.split(), "--no-control-socket"]
    given = {"PUBLIC_URL": url, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "all")}
    with python(command, given, output=subprocess.DEVNULL) as process:
        wait_until(lambda: is_up(url), process)
        yield url


def opened(url: str) -> float:
    """Sessions that were opened, as a new connection is told."""
    text = httpx.get(url + "/metrics", headers={"Connection": "close"}).text
    counts = re.findall(r"^confab_sessions_opened_total{.*} (.*)$", text, re.MULTILINE)
    return sum(map(float, counts))


def test_each_process_tells_it_for_all(alice: Person, workers: str) -> None:
    login = {"email": alice.email, "password": PASSWORD}
    for _ in range(8):
        httpx.post(workers + "/api/v1/auth/email/login", json=login).raise_for_status()
    assert {opened(workers) for _ in range(12)} == {8.0}
