"""The two servers that speak REST: uvicorn, with the sockets, and gunicorn as production has it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from project.embedded.ports import free_port
from tests.conftest import is_up, python, wait_until

BOTH = pytest.mark.parametrize("server", ["asgi", "wsgi"], indirect=True, scope="session")
"""What is marked so is tried on one server and on the other; what is not, on the first alone."""


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, server: str) -> str:
    """The address of the server under test."""
    if getattr(request, "param", "asgi") == "asgi":
        return server
    return str(request.getfixturevalue("gunicorn"))


@pytest.fixture(scope="session")
def gunicorn() -> Iterator[str]:
    """Its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    flags = (
        f"--bind=127.0.0.1:{port} --worker-class=gthread --threads=4 --no-control-socket"
        " --limit-request-line=8190 --limit-request-field_size=16380"
    )
    command = ["-m", "gunicorn", "project.wsgi:application", *flags.split()]
    with python(command, {"PUBLIC_URL": url}, output=subprocess.DEVNULL) as process:
        wait_until(lambda: is_up(url), process)
        yield url
