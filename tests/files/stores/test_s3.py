"""What an S3 store lets people do with the forms and links that it gives out."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from project.files.models import File
from project.files.stores import s3 as module
from project.files.stores.s3 import S3Store
from tests.files.stores.gateway import address, bring

CONTENT = b"just what was announced"


@pytest.fixture
def file(s3: S3Store) -> Iterator[File]:
    file = File(name="notes.txt", size=len(CONTENT), content_type="text/plain")
    yield file
    for place in ("incoming", "content", "thumbnails"):
        s3.delete(place, file.key)


def is_there(s3: S3Store, file: File, place: str = "incoming") -> bool:
    return file.key in [stored.key for stored in s3.listing(place)]


def put(s3: S3Store, file: File, content: bytes, tmp_path: Path, place: str = "content") -> None:
    source = tmp_path / "source"
    source.write_bytes(content)
    s3.put(place, file.key, source, file.content_type)


def test_a_form_takes_what_was_announced(s3: S3Store, file: File, tmp_path: Path) -> None:
    upload = s3.upload(file)
    assert (upload.method, upload.expires_in) == ("POST", 300)
    assert bring(upload, CONTENT).is_success
    assert s3.fetch("incoming", file.key, tmp_path / "copy", 100) == len(CONTENT)


@pytest.mark.parametrize("content", [CONTENT + b"!", CONTENT[:-1], b""])
def test_a_form_takes_no_other_size(s3: S3Store, file: File, content: bytes) -> None:
    assert 400 <= bring(s3.upload(file), content).status_code < 500
    assert not is_there(s3, file)


@pytest.mark.parametrize(
    "changed",
    [
        {"Content-Type": "text/html"},
        {"key": "content/00000000000000000000000000000000"},
        {"key": "incoming/00000000000000000000000000000000"},
        {"key": "incoming/../content/00000000000000000000000000000000"},
        {"acl": "public-read"},
        {"x-amz-meta-note": "more than was signed"},
        {"x-amz-signature": "0" * 64},
        {"x-amz-date": "20200101T000000Z"},
    ],
)
def test_a_form_that_was_changed_is_refused(
    s3: S3Store, file: File, changed: dict[str, str]
) -> None:
    before = {place: set(s3.listing(place)) for place in ("incoming", "content")}
    assert bring(s3.upload(file), CONTENT, **changed).status_code in (400, 403)
    assert {place: set(s3.listing(place)) for place in before} == before


def test_a_policy_that_was_changed_is_refused(s3: S3Store, file: File) -> None:
    upload = s3.upload(file)
    assert upload.fields
    policy = json.loads(base64.b64decode(upload.fields["policy"]))
    policy["conditions"] = [
        ["content-length-range", 0, 10**9] if "content-length-range" in condition else condition
        for condition in policy["conditions"]
    ]
    forged = base64.b64encode(json.dumps(policy).encode()).decode()
    assert bring(upload, CONTENT * 2, policy=forged).status_code == 403
    assert not is_there(s3, file)


def test_a_form_that_is_over_is_refused(
    s3: S3Store, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "UPLOAD_SECONDS", -1)
    assert bring(s3.upload(file), CONTENT).status_code == 403
    assert not is_there(s3, file)


def test_a_form_without_credentials_is_refused(s3: S3Store, file: File) -> None:
    form = {"key": f"incoming/{file.key}", "Content-Type": "text/plain"}
    answer = bring({"method": "POST", "url": s3.upload(file).url, "fields": form}, CONTENT)
    assert 400 <= answer.status_code < 500
    assert not is_there(s3, file)


def test_strangers_reach_nothing(s3: S3Store, file: File, tmp_path: Path) -> None:
    put(s3, file, CONTENT, tmp_path)
    bucket = s3.upload(file).url.rstrip("/")
    one = f"{bucket}/content/{file.key}"
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        assert httpx.request(method, one).status_code == 403, method
    for listing in (bucket, f"{bucket}?list-type=2", f"{bucket}?versions", address()):
        assert httpx.get(listing).status_code == 403, listing
    assert is_there(s3, file, "content")


def test_a_link_gives_a_download_under_its_name(s3: S3Store, file: File, tmp_path: Path) -> None:
    file.name = 'Über "uns"; 日本語.txt'
    put(s3, file, CONTENT, tmp_path)
    answer = httpx.get(s3.link(file, 1, thumbnail=False))
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Cache-Control"] == "private, no-store"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''%C3%9Cber%20%22uns%22%3B%20%E6%97%A5" in disposition


def test_a_thumbnail_has_a_link_of_its_own(s3: S3Store, file: File, tmp_path: Path) -> None:
    put(s3, file, b"small", tmp_path, "thumbnails")
    answer = httpx.get(s3.link(file, 1, thumbnail=True))
    assert (answer.content, answer.headers["Content-Type"]) == (b"small", "image/webp")
    assert "notes.webp" in answer.headers["Content-Disposition"]


def test_a_link_gives_parts(s3: S3Store, file: File, tmp_path: Path) -> None:
    put(s3, file, CONTENT, tmp_path)
    link = s3.link(file, 1, thumbnail=False)
    part = httpx.get(link, headers={"Range": "bytes=5-8"})
    assert (part.status_code, part.content) == (206, CONTENT[5:9])
    assert part.headers["Content-Range"] == f"bytes 5-8/{len(CONTENT)}"
    assert httpx.get(link, headers={"Range": "bytes=900-"}).status_code == 416


@pytest.mark.parametrize(
    "changed",
    [
        {"X-Amz-Expires": "3600"},
        {"response-content-disposition": "inline"},
        {"response-content-type": "text/html"},
        {"X-Amz-Signature": "0" * 64},
    ],
)
def test_a_link_that_was_changed_is_refused(
    s3: S3Store, file: File, tmp_path: Path, changed: dict[str, str]
) -> None:
    put(s3, file, CONTENT, tmp_path)
    parts = urlsplit(s3.link(file, 1, thumbnail=False))
    query = dict(parse_qsl(parts.query))
    assert query["X-Amz-Expires"] == "300"
    assert httpx.get(parts._replace(query=urlencode(query)).geturl()).status_code == 200
    forged = parts._replace(query=urlencode({**query, **changed}))
    assert httpx.get(forged.geturl()).status_code == 403
    other = parts._replace(path=parts.path.replace("content/", "incoming/"))
    assert httpx.get(other.geturl()).status_code == 403
    assert httpx.delete(parts.geturl()).status_code == 403


def test_a_link_that_is_over_is_refused(
    s3: S3Store, file: File, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(s3, file, CONTENT, tmp_path)
    monkeypatch.setattr(module, "LINK_SECONDS", -1)
    assert 400 <= httpx.get(s3.link(file, 1, thumbnail=False)).status_code < 500


def test_an_old_link_to_what_was_deleted_gives_nothing(
    s3: S3Store, file: File, tmp_path: Path
) -> None:
    put(s3, file, CONTENT, tmp_path)
    link = s3.link(file, 1, thumbnail=False)
    s3.delete("content", file.key)
    assert httpx.get(link).status_code == 404


def test_forms_and_links_are_signed_for_where_people_reach_the_store(s3: S3Store) -> None:
    from django.test import override_settings

    module._made.clear()
    with override_settings(S3_PUBLIC_ENDPOINT_URL="https://objects.example"):
        file = File(name="notes.txt", size=1, content_type="text/plain")
        assert s3.upload(file).url.startswith("https://objects.example/")
        assert s3.link(file, 1, thumbnail=False).startswith("https://objects.example/")


def test_amazon_is_reached_by_the_host_name_of_the_bucket(s3: S3Store) -> None:
    from django.test import override_settings

    module._made.clear()
    given = {"S3_BUCKET": "files", "AWS_REGION": "eu-west-1"}
    with override_settings(S3_ENDPOINT_URL="", S3_PUBLIC_ENDPOINT_URL="", **given):
        file = File(name="notes.txt", size=1, content_type="text/plain")
        assert s3.upload(file).url == "https://files.s3.eu-west-1.amazonaws.com/"
        link = s3.link(file, 1, thumbnail=False)
    assert link.startswith("https://files.s3.eu-west-1.amazonaws.com/content/")
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in link
