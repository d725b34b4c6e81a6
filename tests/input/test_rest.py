"""Whatever comes over REST gets a sensible answer, and every refusal is the one error object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.input.conftest import BOTH
from tests.people import Person, client

pytestmark = BOTH
PROBLEM = {"type", "title", "status", "code", "detail", "request_id", "errors"}


@pytest.fixture
def http(server: str) -> Iterator[httpx.Client]:
    """A client without credentials."""
    with client(server) as http:
        yield http


def refused(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem, which must be a whole one."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem.keys() >= PROBLEM
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"].endswith(f"/{code}")
    assert problem["request_id"] == response.headers["X-Request-ID"]
    return problem


def sent(person: Person, chat: str, content: bytes, **headers: str) -> httpx.Response:
    """A message whose body is just these bytes."""
    headers = {"Content-Type": "application/json"} | headers
    return person.http.post(f"/chats/{chat}/messages", content=content, headers=headers)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"7",
        b"\xff\xfe",
        b'{"client_id":"a","text":"\xff"}',
        b'{"client_id":"a","text":"\\ud800"}',
        b'{"client_id":"a","text":"\\u0000"}',
        b'{"client_id":"a","text":"a\x00b"}',
        b'{"client_id":"\\u0000","text":"a"}',
        b'{"client_id":"a","text":7}',
        b'{"client_id":"a","text":null}',
        b'{"client_id":"a","text":["a"]}',
        b'{"client_id":"a"}',
        b'{"text":"a"}',
        b'{"client_id":"","text":"a"}',
        b'{"client_id":"' + b"x" * 65 + b'","text":"a"}',
        b'{"client_id":"a","text":"a","more":1}',
        b'{"client_id":"a","text":"a","sender":"1"}',
        b'{"client_id":"a","text":"a","number":1}',
        b'{"client_id":"a","text":"a","created_at":"2020-01-01T00:00:00Z"}',
        b'{"client_id":"a","text":"a","type":"file"}',
        b'{"client_id":"a","text":"a","type":null}',
        b'{"client_id":"a","file":1}',
        b'{"client_id":"a","file":"x"}',
        b'{"client_id":"a","file":""}',
        b'{"client_id":"a","file":"9223372036854775808"}',
        b'{"client_id":"a","file":"9999999999999999999"}',
        b'{"client_id":"a","file":"' + b"9" * 5000 + b'"}',
        b'{"client_id":"a","text":"a","no_forward":"true"}',
        b'{"client_id":"a","text":"a","forward":{"hops":1}}',
        b'{"client_id":"a","text":"a","reactions":[]}',
        b'{"client_id":"a","text":"a","reference":["a","b"]}',
        b'{"client_id":"a","text":"a","reference":{"type":"a","id":"\\u0000"}}',
        b'{"client_id":"a","action":{"name":"a","params":{"\\u0000":1}}}',
        b'{"client_id":"a","action":{"name":"a","params":{"a":"\\ud800"}}}',
        b'{"client_id":"a","action":{"name":"a","params":' + b'{"a":' * 970 + b"1" + b"}" * 972,
        b'{"client_id":"a","text":"a","reply_to":"1"}',
        b'{"client_id":"a","text":"a","reply_to":1.5}',
        b'{"client_id":"a","text":"a","reply_to":-1}',
        b'{"client_id":"a","text":"a","reply_to":' + b"9" * 5000 + b"}",
        b'{"client_id":"a","text":"a","reply_to":NaN}',
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"client_id":"a","text":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=lambda body: repr(body[:50]),
)
def test_a_bad_body_is_refused_and_nothing_is_stored(alice: Person, chat: str, body: bytes) -> None:
    refused(sent(alice, chat, body), 400, "validation")
    assert alice.texts(chat) == []


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"client_id": "a", "text": "a", "more": 1}, "/more", "unknown_field"),
        ({"client_id": "a"}, "/text", "blank"),
        ({"client_id": 1, "text": "a"}, "/client_id", "invalid"),
        ({"client_id": "a", "text": " "}, "/text", "blank"),
    ],
)
def test_the_field_is_named(
    alice: Person, chat: str, body: dict[str, Any], pointer: str, code: str
) -> None:
    problem = refused(sent(alice, chat, json.dumps(body).encode()), 400, "validation")
    (error,) = problem["errors"]
    assert error.keys() == {"pointer", "code", "detail"}
    assert (error["pointer"], error["code"]) == (pointer, code)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "a/b;="]
)
def test_only_json_is_a_body(alice: Person, chat: str, kind: str) -> None:
    response = sent(alice, chat, b'{"client_id":"a","text":"a"}', **{"Content-Type": kind})
    refused(response, 415, "unsupported_media")


def test_a_body_without_content_may_be_left_out(alice: Person, bob: Person, chat: str) -> None:
    path = f"/chats/{chat}/messages"
    alice.post(path, {"client_id": "a", "action": {"name": "order"}}, 201)
    assert bob.http.post(f"{path}/1/action").status_code == 202
    refused(alice.http.post(path), 415, "unsupported_media")


def test_what_is_said_where_there_is_nothing_to_say_is_refused(alice: Person) -> None:
    alice.post("/auth/ticket", {})
    refused(alice.http.post("/auth/ticket", json={"x": 1}), 400, "validation")
    refused(alice.http.post("/auth/ticket", content=b"nonsense"), 400, "validation")


def test_a_charset_may_be_named(alice: Person, chat: str) -> None:
    body = b'{"client_id":"a","text":"a"}'
    named = sent(alice, chat, body, **{"Content-Type": "Application/JSON; charset=utf-8"})
    assert named.status_code == 201


@pytest.mark.parametrize("path", ["/me", "/auth/email/login", "/nowhere"])
def test_ten_megabytes_are_too_much(alice: Person, path: str) -> None:
    method = "PATCH" if path == "/me" else "POST"
    response = alice.http.request(method, path, content=b'{"x":"' + b"x" * 10_000_000 + b'"}')
    unknown = path == "/nowhere" and response.status_code == 404  # what is asked first may differ
    expected = (404, "not_found") if unknown else (413, "too_large")
    assert refused(response, *expected)["errors"] == []


def test_so_they_are_when_nobody_announced_them(alice: Person) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(160):
            yield b"x" * 65_536

    response = alice.http.patch("/me", content=pieces())
    refused(response, 413, "too_large")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/chats/1/nowhere", "/me/", "/", "/../admin", "/%00", "/é", "/" + "x" * 900],
)
def test_an_unknown_address_is_a_problem(http: httpx.Client, method: str, path: str) -> None:
    refused(http.request(method, path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/me", {"GET", "PATCH"}),
        ("DELETE", "/chats", {"GET", "POST"}),
        ("GET", "/auth/email/login", {"POST"}),
        ("OPTIONS", "/me", {"GET", "PATCH"}),
        ("TRACE", "/me", {"GET", "PATCH"}),
    ],
)
def test_a_wrong_method_is_a_problem_that_names_the_right_ones(
    alice: Person, method: str, path: str, allowed: set[str]
) -> None:
    response = alice.http.request(method, path)
    refused(response, 405, "method_not_allowed")
    assert set(response.headers["Allow"].split(", ")) >= allowed


def test_a_request_has_the_id_that_it_was_given(alice: Person) -> None:
    given = {"X-Request-ID": "mine-0123456789"}
    assert alice.http.get("/me", headers=given).headers["X-Request-ID"] == "mine-0123456789"
    assert refused(alice.http.get("/x", headers=given), 404, "not_found")["request_id"] == (
        "mine-0123456789"
    )


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space 1234", "<script>alert(1)"])
def test_but_only_a_sane_one(alice: Person, given: str) -> None:
    answered = alice.http.get("/me", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert answered != given
    assert len(answered) == 32


@pytest.mark.parametrize(
    ("path", "query", "pointer"),
    [
        ("/chats", "more=1", "/more"),
        ("/chats", "limit=0", "/limit"),
        ("/chats", "limit=201", "/limit"),
        ("/chats", "limit=-1", "/limit"),
        ("/chats", "limit=x", "/limit"),
        ("/chats", "limit=1.5", "/limit"),
        ("/chats", "limit=1.0", "/limit"),
        ("/chats", "limit=1e1", "/limit"),
        ("/chats", "limit=", "/limit"),
        ("/chats", f"limit={10**30}", "/limit"),
        ("/chats", "cursor=nonsense", "/cursor"),
        ("/chats", "cursor=%00", "/cursor"),
        ("/chats", "cursor=" + "A" * 5000, "/cursor"),
        ("/chats", "cursor=MjAyNi0wMS0wMVQwMDowMDowMHw5OTk5", "/cursor"),
        ("/blocks", "cursor=nonsense", "/cursor"),
        ("/blocks", "limit=201", "/limit"),
        ("/me", "more=1", "/more"),
        ("/users", "", "/username"),
        ("/bootstrap", "epoch=1", "/epoch"),
    ],
)
def test_a_bad_query_is_refused(alice: Person, path: str, query: str, pointer: str) -> None:
    problem = refused(alice.http.get(f"{path}?{query}"), 400, "validation")
    assert problem["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    "query",
    [
        "before=0",
        "before=x",
        "before=null",
        "after=-1",
        "around=0",
        "before=1&after=1",
        f"before={2**31}",
    ],
)
def test_a_bad_place_in_history_is_refused(alice: Person, chat: str, query: str) -> None:
    refused(alice.http.get(f"/chats/{chat}/messages?{query}"), 400, "validation")


def test_a_parameter_given_twice_is_refused(alice: Person) -> None:
    assert "limit" in refused(alice.http.get("/chats?limit=1&limit=2"), 400, "validation")["detail"]


@pytest.mark.parametrize(
    "chat",
    ["x", "0", "-1", "1.0", "1e3", "٣", "9" * 19, "9" * 5000, "%00", "' or 1=1", "null", "%F0%9F"],
)
def test_what_cannot_be_an_id_is_not_there(alice: Person, chat: str) -> None:
    for path in (f"/chats/{chat}", f"/chats/{chat}/messages", f"/users/{chat}"):
        refused(alice.http.get(path), 404, "not_found")
    problem = alice.http.post("/chats", json={"user": chat})
    assert problem.status_code in (400, 404), problem.text


@pytest.mark.parametrize("number", ["x", "0", "-1", "1.5", "9" * 10, "9" * 500, "%00"])
def test_what_cannot_be_a_number_is_not_there(alice: Person, chat: str, number: str) -> None:
    refused(alice.http.get(f"/chats/{chat}/messages/{number}"), 404, "not_found")


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Basic YWxpY2U6eA==",
        "Bearer x",
        "Bearer a.b.c",
        "Bearer " + "x" * 9000,
        "Bearer \xff",
        "x" * 2000,
    ],
)
def test_bad_credentials_are_a_problem(http: httpx.Client, authorization: str) -> None:
    headers = {"Authorization": authorization.encode("latin-1")}
    response = http.get("/me", headers=headers)  # type: ignore[arg-type]
    refused(response, 401, "unauthenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_head_is_get_without_a_body(alice: Person) -> None:
    response = alice.http.head("/me")
    assert response.status_code in (200, 405)
    assert response.content == b""
