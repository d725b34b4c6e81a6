"""Fetching content by a link: as a download, in parts, and only by who may."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from tests.files.uploads import announced, fetched, uploaded
from tests.people import TLS, Person

NUMBERS = bytes(range(256)) * 4000


@pytest.fixture
def get() -> Iterator[httpx.Client]:
    """A client without credentials: a link needs none."""
    with httpx.Client(timeout=20, verify=TLS) as client:
        yield client


def link(person: Person, file_id: str) -> str:
    answer = person.get(f"/files/{file_id}/link")
    assert answer["expires_in"] <= 300
    return str(answer["url"])


@pytest.fixture
def numbers(worker: None, alice: Person) -> str:
    """A link to a megabyte that tells where its bytes are."""
    return link(alice, uploaded(alice, NUMBERS, "n.bin", "application/octet-stream")["id"])


def test_it_is_a_download_that_nothing_runs_of(worker: None, alice: Person) -> None:
    file = uploaded(alice, b"<script>alert(1)</script>", "page.html", "text/html")
    answer = fetched(alice, file["id"])
    assert answer.status_code == 200
    headers = {name: answer.headers[name] for name in answer.headers}
    assert (
        headers.items()
        >= {
            "content-disposition": "attachment; filename=\"page.html\"; filename*=UTF-8''page.html",
            "content-type": file["content_type"],
            "x-content-type-options": "nosniff",
            "content-security-policy": "sandbox; default-src 'none'",
            "cache-control": "private",
            "accept-ranges": "bytes",
            "content-length": "25",
        }.items()
    )
    assert "set-cookie" not in headers


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("写真 1.txt", "__ 1.txt"),
        ('"; filename="evil.exe', "_; filename=_evil.exe"),
        ("a\\b'c%0d%0aX: y.txt", "a_b_c_0d_0aX_ y.txt"),
        ("\xe4\xf6\xfc.txt", "___.txt"),
    ],
)
def test_the_name_goes_along(worker: None, alice: Person, name: str, plain: str) -> None:
    file = uploaded(alice, name=name)
    disposition = fetched(alice, file["id"]).headers["Content-Disposition"]
    start, _, encoded = disposition.rpartition("; filename*=UTF-8''")
    assert start == f'attachment; filename="{plain}"'
    assert encoded.isascii()
    assert unquote(encoded) == file["name"]


def test_the_answer_with_the_link_is_not_kept(worker: None, alice: Person) -> None:
    file = uploaded(alice)["id"]
    answer = alice.http.get(f"/files/{file}/content")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "no-store")
    assert alice.http.get(f"/files/{file}/link").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=10-19", (10, 20)),
        ("bytes=1000000-", (1_000_000, 1_024_000)),
        ("bytes=-24", (1_023_976, 1_024_000)),
        ("bytes=1023999-9999999999", (1_023_999, 1_024_000)),
        ("bytes=-99999999999", (0, 1_024_000)),
        ("bytes=100-700000", (100, 700_001)),
    ],
)
def test_a_range(numbers: str, get: httpx.Client, asked: str, span: tuple[int, int]) -> None:
    start, end = span
    answer = get.get(numbers, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/1024000"
    assert answer.content == NUMBERS[start:end]


def test_ranges_that_are_not_listened_to(numbers: str, get: httpx.Client) -> None:
    for asked in ("bytes=0-1,5-6", "bytes=9-1", "bytes=-", "bytes=a-b", "lines=1-2", "0-1", "x"):
        answer = get.get(numbers, headers={"Range": asked})
        assert (answer.status_code, len(answer.content)) == (200, 1_024_000), asked
        assert "Content-Range" not in answer.headers


def test_ranges_outside(numbers: str, get: httpx.Client) -> None:
    for asked in ("bytes=1024000-", "bytes=99999999-999999999", "bytes=-0"):
        answer = get.get(numbers, headers={"Range": asked})
        assert (answer.status_code, answer.content) == (416, b""), asked
        assert answer.headers["Content-Range"] == "bytes */1024000"


def test_going_on_with_a_download(numbers: str, get: httpx.Client) -> None:
    tag = get.head(numbers).headers["ETag"]
    part = {"Range": "bytes=10-"}
    same = get.get(numbers, headers=part | {"If-Range": tag})
    assert (same.status_code, same.content) == (206, NUMBERS[10:])
    for other in ('"other"', f"W/{tag}", "Wed, 21 Oct 2026 07:28:00 GMT"):
        whole = get.get(numbers, headers=part | {"If-Range": other})
        assert (whole.status_code, len(whole.content)) == (200, 1_024_000)
    assert get.get(numbers, headers={"If-None-Match": tag}).status_code == 304
    for held in (f"W/{tag}", f'"other", {tag}', f'W/"a,b",W/{tag}', "*"):
        assert get.get(numbers, headers={"If-None-Match": held}).status_code == 304
    for other in ('"other"', tag.strip('"'), f'"x{tag[1:]}', 'W/"other", "*"'):
        assert get.get(numbers, headers={"If-None-Match": other}).status_code == 200


def test_the_head_alone(numbers: str, get: httpx.Client) -> None:
    head, whole = get.head(numbers, headers={"Range": "bytes=0-1"}), get.get(numbers)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Content-Disposition"):
        assert head.headers[name] == whole.headers[name]


def test_nothing_else_is_done_by_a_link(numbers: str, get: httpx.Client) -> None:
    for method in ("PUT", "POST", "DELETE"):
        answer = get.request(method, numbers, content=b"x")
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_a_link_dies_with_the_right_to_see(worker: None, alice: Person, get: httpx.Client) -> None:
    from django.db import transaction

    from project.files.services.releasing import release

    file = uploaded(alice)["id"]
    url = link(alice, file)
    assert get.get(url).status_code == 200
    with transaction.atomic():
        release(int(file), "unused")
    answer = get.get(url)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert get.head(url).status_code == 404


def test_a_link_is_good_for_five_minutes(
    worker: None, alice: Person, get: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from project.files.transfer.tokens import Download, download_token

    download = Download(int(uploaded(alice)["id"]), int(alice.id), False)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 299)
    in_time = download_token(download)
    monkeypatch.setattr(time, "time", lambda: now - 302)
    late = download_token(download)
    monkeypatch.undo()
    base = f"{alice.server}/api/v1/downloads/"
    assert get.get(base + in_time).status_code == 200
    answer = get.get(base + late)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_changed_link_opens_nothing(
    worker: None, alice: Person, bob: Person, get: httpx.Client
) -> None:
    file = uploaded(alice)["id"]
    base = f"{alice.server}/api/v1/downloads/"
    value, stamp, signature = link(alice, file).removeprefix(base).split(":")
    upload = announced(alice, b"x")["upload"]["url"].rpartition("/")[2]
    for forged in (
        f"{value.removesuffix('0')}1:{stamp}:{signature}",
        f"{value.replace(alice.id, bob.id)}:{stamp}:{signature}",
        f"{value}:{stamp}:{signature[:-1]}",
        value,
        upload,
        "",
        "..%2f..%2fsecrets.json",
        "%00",
    ):
        answer = get.get(base + forged)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), forged


def test_a_link_is_its_viewers(worker: None, alice: Person, bob: Person, get: httpx.Client) -> None:
    """A token that this server would sign for somebody who may not see the file gives nothing."""
    from project.files.transfer.tokens import Download, download_token

    file = int(uploaded(alice)["id"])
    base = f"{alice.server}/api/v1/downloads/"
    assert get.get(base + download_token(Download(file, int(alice.id), False))).status_code == 200
    for download in (Download(file, int(bob.id), False), Download(file, int(alice.id), True)):
        assert get.get(base + download_token(download)).status_code == 404


@pytest.mark.parametrize("origin", ["https://app.example", "https://evil.example"])
def test_pages_of_allowed_origins_may_read(numbers: str, get: httpx.Client, origin: str) -> None:
    given: dict[str, Any] = {"Origin": origin}
    preflight = get.options(numbers, headers=given | {"Access-Control-Request-Method": "GET"})
    assert (preflight.status_code, preflight.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")
    for answer in (
        preflight,
        get.get(numbers, headers=given),
        get.get(numbers + "x", headers=given),
    ):
        allowed = "https://app.example" if origin == "https://app.example" else None
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed


def test_a_client_that_leaves_early_does_no_harm(numbers: str, get: httpx.Client) -> None:
    for _ in range(3):
        with get.stream("GET", numbers) as answer:
            next(answer.iter_raw(1000))
    assert get.get(numbers).content == NUMBERS
