"""Bringing bytes to the disk store: all of them, in time, and only once."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.files.uploads import announced, brought, completed, fetched, settled, uploaded
from tests.people import Person

Kept = Callable[[str], list[str]]
BIG = 700_000


def refusal(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["code"] == code
    assert problem["request_id"] == response.headers["X-Request-ID"]
    return problem


@contextmanager
def begun(upload: dict[str, Any], size: int, part: bytes) -> Iterator[http.client.HTTPConnection]:
    """An upload of which only a part was sent yet."""
    url = urlsplit(upload["url"])
    with closing(http.client.HTTPConnection(url.netloc, timeout=20)) as link:
        link.putrequest("PUT", url.path)
        link.putheader("Content-Length", str(size))
        link.putheader("Content-Type", upload["headers"]["Content-Type"])
        link.endheaders(part)
        yield link


def wait_for(kept: Kept, file_id: str, *places: str) -> None:
    """Until exactly these places hold something of the file."""
    until = time.monotonic() + 20
    while (found := kept(file_id)) != list(places):
        assert time.monotonic() < until, found
        time.sleep(0.01)


def test_the_whole_way(worker: None, alice: Person, content: bytes, kept: Kept) -> None:
    file = uploaded(alice, content, hashed=True)
    assert file == {
        "id": file["id"],
        "name": "notes.txt",
        "size": len(content),
        "content_type": "text/plain",
        "state": "ready",
        "thumbnail": None,
    }
    response = fetched(alice, file["id"])
    assert (response.status_code, response.content) == (200, content)
    assert kept(file["id"]) == ["content"]


def test_many_pieces(worker: None, alice: Person) -> None:
    content = bytes(range(256)) * 12_345
    file = uploaded(alice, content, "numbers.bin", "application/octet-stream", hashed=True)
    assert file["state"] == "ready"
    assert fetched(alice, file["id"]).content == content


def test_a_body_without_a_length(worker: None, alice: Person, content: bytes) -> None:
    file = announced(alice, content)
    pieces = (content[at : at + 7] for at in range(0, len(content), 7))
    with httpx.Client() as client:
        answer = client.put(
            file["upload"]["url"], content=pieces, headers=file["upload"]["headers"]
        )
    assert answer.status_code == 204
    completed(alice, file["id"])
    assert settled(alice, file["id"])["state"] == "ready"


@pytest.mark.parametrize("lengthy", [True, False], ids=["announced", "chunked"])
@pytest.mark.parametrize(
    ("more", "status", "code"),
    [(1, 413, "too_large"), (BIG, 413, "too_large"), (-1, 400, "validation")],
)
def test_a_wrong_size_leaves_nothing(
    alice: Person, kept: Kept, lengthy: bool, more: int, status: int, code: str
) -> None:
    file = announced(alice, bytes(BIG), content_type="application/octet-stream")
    body: Any = bytes(BIG + more)
    with httpx.Client() as client:
        answer = client.put(
            file["upload"]["url"],
            content=body if lengthy else iter([body[:1000], body[1000:]]),
            headers=file["upload"]["headers"],
        )
    refusal(answer, status, code)
    assert kept(file["id"]) == []
    assert alice.get(f"/files/{file['id']}")["state"] == "pending"


def test_an_empty_body_is_too_short(alice: Person, content: bytes, kept: Kept) -> None:
    file = announced(alice, content)
    refusal(brought(file["upload"], b""), 400, "validation")
    assert kept(file["id"]) == []


@pytest.mark.parametrize("given", ["text/html", "", "text/plain; charset=utf-8"])
def test_another_type_is_refused(alice: Person, content: bytes, kept: Kept, given: str) -> None:
    file = announced(alice, content)
    answer = brought(file["upload"], content, **{"Content-Type": given})
    refusal(answer, 415, "unsupported_media")
    assert kept(file["id"]) == []


def test_another_method_is_refused(alice: Person, content: bytes) -> None:
    upload = announced(alice, content)["upload"]
    for method in ("POST", "GET", "DELETE", "PATCH"):
        answer = httpx.request(method, upload["url"])
        refusal(answer, 405, "method_not_allowed")
        assert "PUT" in answer.headers["Allow"]


def test_a_token_is_good_for_five_minutes(
    alice: Person, content: bytes, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    from project.files.transfer.tokens import upload_token

    file = announced(alice, content)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 240)
    in_time = upload_token(int(file["id"]))
    monkeypatch.setattr(time, "time", lambda: now - 302)
    late = upload_token(int(file["id"]))
    monkeypatch.undo()
    base = f"{alice.server}/api/v1/uploads/"
    refusal(brought(file["upload"] | {"url": base + late}, content), 403, "forbidden")
    assert kept(file["id"]) == []
    assert brought(file["upload"] | {"url": base + in_time}, content).status_code == 204


def test_a_token_that_was_made_elsewhere(alice: Person, bob: Person, content: bytes) -> None:
    from django.core import signing

    from project.files.transfer.tokens import Download, download_token

    mine, other = announced(alice, content), announced(bob, content)
    base = f"{alice.server}/api/v1/uploads/"
    token = mine["upload"]["url"].removeprefix(base)
    _, stamp, signature = token.split(":")
    for forged in (
        f"{other['id']}:{stamp}:{signature}",
        token[:-1] + ("a" if token[-1] != "a" else "b"),
        token + "x",
        mine["id"],
        "",
        "x",
        ":" * 50,
        "%00",
        "../../etc/passwd",
        "\u00e9",
        signing.TimestampSigner(key="another key").sign(mine["id"]),
        download_token(Download(int(mine["id"]), int(alice.id), False)),
    ):
        refusal(brought(mine["upload"] | {"url": base + forged}, content), 404, "not_found")


def test_a_large_body_that_is_refused_comes_to_see_why(alice: Person) -> None:
    """Through a connection that is read only after all is sent, as proxies do."""
    from project.files.models import File

    content = bytes(40_000_000)
    file = announced(alice, content, content_type="application/octet-stream")
    File.objects.filter(pk=int(file["id"])).update(state="processing")
    with begun(file["upload"], len(content), b"") as link:
        link.send(content)
        assert link.getresponse().status == 409


def test_a_disk_that_fails_is_told(alice: Person, content: bytes) -> None:
    from project.files.models import File
    from project.files.stores.disk import DiskStore

    file = announced(alice, content)
    places = DiskStore()._root / "incoming"
    places.mkdir(parents=True, exist_ok=True)
    free = next(name for n in range(256) if not (places / (name := f"{n:02x}")).exists())
    File.objects.filter(pk=int(file["id"])).update(key=free + "0" * 30)
    (places / free).write_bytes(b"no folder can be made here")
    try:
        problem = refusal(brought(file["upload"], content), 503, "unavailable")
    finally:
        (places / free).unlink()
    assert problem["retry_after"] == 30
    assert brought(file["upload"], content).status_code == 204


@pytest.mark.parametrize("origin", ["https://app.example", "https://evil.example", ""])
def test_pages_of_allowed_origins_may_upload(alice: Person, content: bytes, origin: str) -> None:
    upload = announced(alice, content)["upload"]
    headers = {"Origin": origin} if origin else {}
    asked = {"Access-Control-Request-Method": "PUT"}
    asked |= {"Access-Control-Request-Headers": "content-type"}
    preflight = httpx.options(upload["url"], headers=headers | asked)
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Methods"] == "PUT"
    assert "content-type" in preflight.headers["Access-Control-Allow-Headers"]
    refused = brought(upload, b"", **headers)
    taken = brought(upload, content, **headers)
    assert (refused.status_code, taken.status_code) == (400, 204)
    for answer in (preflight, refused, taken):
        allowed = "https://app.example" if origin == "https://app.example" else None
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
        assert "Origin" in answer.headers["Vary"]
