"""REST on the WSGI server that serves it in production: it takes what the ASGI one takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import httpx
import pytest

from project.embedded.ports import free_port
from tests.conftest import ROOT, is_up, wait_until
from tests.input.test_rest import refused
from tests.people import Person
from tests.sync.conftest import moved


@pytest.fixture(scope="module")
def gunicorn() -> Iterator[str]:
    """Its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    flags = f"--bind=127.0.0.1:{port} --worker-class=gthread --threads=4 --no-control-socket"
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "project.wsgi:application", *flags.split()],
        cwd=ROOT,
        env={**os.environ, "PUBLIC_URL": url},
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: is_up(url), process)
    yield url
    process.terminate()
    process.wait(20)


@pytest.fixture(params=["asgi", "wsgi"])
def door(request: pytest.FixtureRequest, alice: Person) -> Iterator[Person]:
    """Alice, at one server and at the other."""
    if request.param == "asgi":
        yield alice
        return
    person = moved(alice, request.getfixturevalue("gunicorn"))
    yield person
    person.http.close()


def in_chunks(body: bytes) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 7):
            yield body[start : start + 7]

    return pieces


def test_a_body_may_come_in_chunks(door: Person) -> None:
    body = json.dumps({"name": "In chunks"}).encode()
    answer = door.http.patch(
        "/me", content=in_chunks(body)(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 200
    assert door.get("/me")["name"] == answer.json()["name"] == "In chunks"


def test_chunks_that_are_too_much_are_refused(door: Person) -> None:
    pieces = (b"x" * 65536 for _ in range(20))
    refused(door.http.patch("/me", content=pieces), 413, "too_large")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b'{"name":7}', b'{"more":1}'])
def test_a_bad_body_is_refused(door: Person, body: bytes) -> None:
    answer = door.http.patch("/me", content=body, headers={"Content-Type": "application/json"})
    refused(answer, 400, "validation") if body else answer.raise_for_status()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/me"),
        ("POST", "/auth/email/login"),
        ("POST", "/auth/ticket"),
        ("PUT", "/nowhere"),
    ],
)
def test_a_form_that_is_none_gets_the_error_object(door: Person, method: str, path: str) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = door.http.request(method, path, content=b"no form", headers=kind)
    assert answer.status_code in (400, 404, 415)
    refused(answer, answer.status_code, answer.json()["code"])


def test_too_large_is_told(door: Person) -> None:
    refused(door.http.patch("/me", content=b'{"x":"' + b"x" * 2_000_000 + b'"}'), 413, "too_large")


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_probes_are_answered_whatever_they_call_us(door: Person, prefix: str, path: str) -> None:
    for host in ("10.1.2.3:8000", "pod-7", "[fd00::1]", "x_y"):
        answer = httpx.get(door.server + prefix + path, headers={"Host": host})
        assert answer.status_code == 200, (host, answer.text)
