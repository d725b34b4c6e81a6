"""Announcing a file: what is kept of it, and what is refused."""

from __future__ import annotations

import hashlib
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.files.uploads import announced
from tests.people import Person, make_person

MIB = 1024 * 1024


def named(person: Person, name: str) -> str:
    file = announced(person, b"x", name)
    shown = person.get(f"/files/{file['id']}")["name"]
    assert shown == file["name"]
    return str(shown)


def refused(person: Person, status: int, **given: Any) -> Any:
    body = {"name": "notes.txt", "size": 10, "content_type": "text/plain"} | given
    return person.post("/files", body, status)


def test_a_new_file_waits_for_its_bytes(alice: Person) -> None:
    file = announced(alice, b"some notes", hashed=True)
    upload = file.pop("upload")
    assert file == {
        "id": file["id"],
        "name": "notes.txt",
        "size": 10,
        "content_type": "text/plain",
        "state": "pending",
        "thumbnail": None,
    }
    assert upload == {
        "method": "PUT",
        "url": upload["url"],
        "expires_in": 300,
        "headers": {"Content-Type": "text/plain"},
    }
    assert upload["url"].startswith(f"{alice.server}/api/v1/uploads/")
    assert alice.get(f"/files/{file['id']}") == file


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("..\\..\\boot.ini", ".._.._boot.ini"),
        ("report.pdf.exe", "report.pdf.exe"),
        ("holiday\u202egpj.exe", "holidaygpj.exe"),
        ("\u2066a\u2069\u200e\u200f\u061c.txt", "a.txt"),
        ("two\r\nlines\t.txt", "twolines.txt"),
        ("\x07\x1b[2Jbell\x7f\x9b.txt", "[2Jbell.txt"),
        ("  spaces around  ", "spaces around"),
        ("e\u0301te\u0301.txt", "\xe9t\xe9.txt"),
        (".gitignore", ".gitignore"),
        ("写真 👩\u200d💻.png", "写真 👩\u200d💻.png"),
        ('"quoted"; a=b%00.txt', '"quoted"; a=b%00.txt'),
    ],
)
def test_a_name_is_cleaned(alice: Person, given: str, kept: str) -> None:
    assert named(alice, given) == kept


def test_a_name_that_grows_keeps_its_ending(alice: Person) -> None:
    given = "\ufb2c" * 200 + ".docx"
    assert len(unicodedata.normalize("NFC", given)) > 255
    kept = named(alice, given)
    assert len(kept) <= 255
    assert kept.endswith(".docx")


@pytest.mark.parametrize(
    "name",
    ["", " ", ".", "..", "\u202e", "\r\n", "\t.\t", "x" * 256, "\u200b", "\u2800.\u3164", "\u0301"],
)
def test_a_name_of_nothing_is_refused(alice: Person, name: str) -> None:
    problem = refused(alice, 400, name=name)
    assert (problem["code"], problem["errors"][0]["pointer"]) == ("validation", "/name")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("size", 0),
        ("size", -1),
        ("size", 2**53 + 1),
        ("size", "10"),
        ("size", 1.5),
        ("content_type", ""),
        ("content_type", "text"),
        ("content_type", "text/plain; charset=utf-8"),
        ("content_type", "text/plain\r\nX: y"),
        ("content_type", "te xt/plain"),
        ("content_type", "a/" + "b" * 126),
        ("sha256", "A" * 64),
        ("sha256", "a" * 63),
        ("sha256", ""),
        ("sha256", None),
        ("key", "a" * 32),
        ("state", "ready"),
        ("owner", "1"),
    ],
)
def test_bad_fields_are_named(alice: Person, field: str, value: Any) -> None:
    problem = refused(alice, 400, **{field: value})
    assert (problem["code"], problem["errors"][0]["pointer"]) == ("validation", f"/{field}")


def test_a_type_is_kept_in_lower_case(alice: Person) -> None:
    assert announced(alice, b"x", content_type="Image/PNG")["content_type"] == "image/png"


def test_a_hash_is_not_shown(alice: Person) -> None:
    file = announced(alice, b"x", hashed=True)
    assert hashlib.sha256(b"x").hexdigest() not in str(alice.get(f"/files/{file['id']}"))


def test_a_file_has_at_most_100_mib(alice: Person) -> None:
    assert refused(alice, 201, size=100 * MIB)["size"] == 100 * MIB
    problem = refused(alice, 413, size=100 * MIB + 1)
    assert problem["code"] == "too_large"


def almost_full(person: Person, left: int) -> Any:
    """Fill the person's quota up to `left` bytes."""
    from django.conf import settings

    from project.files.models import File

    fields = {"name": "big", "content_type": "text/plain", "size": settings.FILE_QUOTA - left}
    return File.objects.create(owner_id=int(person.id), **fields)


def test_the_quota_is_over_all_files_but_those_rejected(alice: Person, bob: Person) -> None:
    big = almost_full(alice, left=100)
    assert refused(alice, 201, size=100)["size"] == 100
    problem = refused(alice, 403, size=1)
    assert (problem["code"], problem["reason"]) == ("forbidden", "quota")
    refused(bob, 201, size=1)
    big.state = "rejected"
    big.save()
    refused(alice, 201, size=1)


def test_the_last_room_is_given_once(alice: Person) -> None:
    almost_full(alice, left=199)
    body = {"name": "notes.txt", "size": 100, "content_type": "text/plain"}
    with ThreadPoolExecutor(20) as threads:
        answers = list(
            threads.map(lambda _: alice.http.post("/files", json=body).status_code, range(20))
        )
    assert sorted(answers) == [201] + [403] * 19


def test_nobody_announces_files_without_end(strict: str) -> None:
    busy, other = make_person(strict, "busy"), make_person(strict, "other")
    body = {"name": "notes.txt", "size": 10, "content_type": "text/plain"}
    with ThreadPoolExecutor(4) as threads:  # faster than five a second, even here
        answers = list(threads.map(lambda _: busy.http.post("/files", json=body), range(250)))
    statuses = [answer.status_code for answer in answers]
    assert statuses[:120] == [201] * 120
    problem = next(answer.json() for answer in answers if answer.status_code == 429)
    assert problem["code"] == "rate_limited"
    assert problem["retry_after"] >= 1
    announced(other, b"x")
    busy.http.close()
    other.http.close()
