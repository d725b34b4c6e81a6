"""No input makes a 500, at any call of accounts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest

from project.rest import Operation
from tests.people import Person, client

ODD_VALUES: list[Any] = [
    None, True, 0, -1, 2**63, 2**70, 1e308, "", "\x00", "\ud800", "x" * 20_000, [], {}, [[]],
    {"a": {}}, "é" * 100, "1" * 40, "%s%n", "' or 1=1 --", "+43664" + "1" * 50, "@", "a@xn--.com",
    "a@b..c", "a@" + "b" * 300 + ".com", "a@\u0130.com",
]  # fmt: skip
ODD_BODIES = [
    b"", b"{}", b"[]", b"nul", b"\xff", b"{" * 5000, b'{"a":1}', b'"x"', b'{"email":"\\ud800"}',
    b"1e999", b"NaN", b"[" * 100_000,
]  # fmt: skip
ODD_PARAMETERS = [
    "1", "0", "-1", "9" * 30, "%00", "%ed%a0%80", "a%2Fb", "x" * 500, "%C3%A9",
]  # fmt: skip
ODD_QUERIES = [
    "?username=%00", "?username=%ed%a0%80", "?limit=1e3", "?limit=99999999999999999999",
    "?cursor=%00", "?limit=-1", "?cursor=" + "9" * 18, "?a=1", "?limit=1&limit=2",
]  # fmt: skip
PLAUSIBLE = {
    "email": "f@example.com",
    "password": "a plausible secret",
    "name": "F",
    "challenge": "x",
    "code": "000000",
    "refresh": "x",
    "phone": "+436641234567",
    "id_token": "x",
}
ENDS_THE_SESSION = {("POST", "/auth/logout"), ("DELETE", "/me")}


def operations() -> list[Operation]:
    from accounts.doors.views import operations

    return [op for op in operations if (op.method, op.path) not in ENDS_THE_SESSION]


def paths_of(operation: Operation) -> Iterator[str]:
    if not operation.parameters:
        yield operation.path
        for query in ODD_QUERIES:
            yield operation.path + query
    for name in operation.parameters:
        for odd in ODD_PARAMETERS:
            yield operation.path.replace(f"{{{name}}}", odd)


def bodies_of(operation: Operation) -> Iterator[bytes]:
    yield from ODD_BODIES
    if operation.body is None:
        return
    fields = [field.encode_name for field in msgspec.structs.fields(operation.body)]
    given = {name: value for name, value in PLAUSIBLE.items() if name in fields}
    for field in fields:
        for odd in ODD_VALUES:
            yield json.dumps({**given, field: odd}).encode()


def test_odd_input_is_refused_in_an_orderly_way(server: str, alice: Person) -> None:
    failures: list[Any] = []
    with client(server, alice.access) as http:
        for operation in operations():
            for path in paths_of(operation):
                for body in bodies_of(operation) if operation.method != "GET" else (b"",):
                    answer = send(http, operation.method, path, body)
                    if answer.status_code >= 500 and answer.json()["code"] != "unavailable":
                        failures.append((operation.method, path, body[:80]))
                    if path != operation.path:
                        break
        assert http.get("/me").status_code == 200
    assert failures == []


def send(http: httpx.Client, method: str, path: str, body: bytes) -> httpx.Response:
    headers = {"Content-Type": "application/json"} if body else {}
    return http.request(method, path, content=body, headers=headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": b"\x80\xff"},
        {"User-Agent": b"x" * 5000},
        {"X-Forwarded-For": b"x, y"},
        {"X-Request-ID": b"\xff"},
    ],
)
def test_odd_headers_do_no_harm(
    http: httpx.Client, alice: Person, headers: dict[str, bytes]
) -> None:
    body = {"email": alice.email, "password": "correct horse battery"}
    answer = http.post("/auth/email/login", json=body, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 200
