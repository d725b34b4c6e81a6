"""The two servers that speak REST: uvicorn, with the sockets, and gunicorn as production has it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.conftest import on_gunicorn

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
    options = "--threads=4 --limit-request-line=8190 --limit-request-field_size=16380"
    with on_gunicorn(options, {}, output=subprocess.DEVNULL) as url:
        yield url
