"""What servers read before the views do: bodies in chunks, forms, and names of hosts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.input.conftest import BOTH
from tests.input.test_rest import refused
from tests.people import Person

pytestmark = BOTH


def in_chunks(body: bytes) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 7):
            yield body[start : start + 7]

    return pieces


def test_a_body_may_come_in_chunks(alice: Person) -> None:
    body = json.dumps({"name": "In chunks"}).encode()
    answer = alice.http.patch(
        "/me", content=in_chunks(body)(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 200
    assert alice.get("/me")["name"] == answer.json()["name"] == "In chunks"


def test_chunks_that_are_too_much_are_refused(alice: Person) -> None:
    pieces = (b"x" * 65536 for _ in range(20))
    refused(alice.http.patch("/me", content=pieces), 413, "too_large")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b'{"name":7}', b'{"more":1}'])
def test_a_bad_body_is_refused(alice: Person, body: bytes) -> None:
    answer = alice.http.patch("/me", content=body, headers={"Content-Type": "application/json"})
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
def test_a_form_that_is_none_gets_the_error_object(alice: Person, method: str, path: str) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = alice.http.request(method, path, content=b"no form", headers=kind)
    assert answer.status_code in (400, 404, 415)
    refused(answer, answer.status_code, answer.json()["code"])


def test_too_large_is_told(alice: Person) -> None:
    refused(alice.http.patch("/me", content=b'{"x":"' + b"x" * 2_000_000 + b'"}'), 413, "too_large")


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_probes_are_answered_whatever_they_call_us(alice: Person, prefix: str, path: str) -> None:
    for host in ("10.1.2.3:8000", "pod-7", "[fd00::1]", "x_y"):
        answer = httpx.get(alice.server + prefix + path, headers={"Host": host})
        assert answer.status_code == 200, (host, answer.text)
