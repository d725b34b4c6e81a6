"""What is counted is one truth, whichever process is asked and whichever has counted."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import on_gunicorn
from tests.people import PASSWORD, Person


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[str]:
    """The address of a server with three processes."""
    given = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "all")}
    with on_gunicorn("--threads=4 --workers=3", given, output=subprocess.DEVNULL) as url:
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
