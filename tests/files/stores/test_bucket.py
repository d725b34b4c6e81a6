"""`manage.py prepare_bucket`, and what the page may reach."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator

import httpx
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings

from project.files.stores.s3 import clients
from project.serving import policy
from tests.files.stores.conftest import s3_store
from tests.files.stores.gateway import address


@pytest.fixture
def bucket() -> Iterator[str]:
    """The name of one that is not there yet."""
    name = f"fresh-{secrets.token_hex(6)}"
    with s3_store(S3_BUCKET=name):
        yield name
        clients().plain.delete_bucket(Bucket=name)


def prepare() -> str:
    said = io.StringIO()
    call_command("prepare_bucket", stdout=said)
    return said.getvalue()


def preflight(bucket: str, origin: str, method: str = "POST") -> httpx.Response:
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    return httpx.options(f"{address()}/{bucket}", headers=headers)


def test_a_bucket_is_made_and_takes_uploads_from_our_pages_alone(bucket: str) -> None:
    said = prepare()
    assert f"{bucket}: made" in said
    for origin in (settings.PUBLIC_URL, "https://app.example"):
        assert origin in said
        for method in ("POST", "PUT", "GET", "HEAD"):
            answer = preflight(bucket, origin, method)
            assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert preflight(bucket, "https://elsewhere.example").status_code == 403
    assert preflight(bucket, "https://app.example", "DELETE").status_code == 403


def test_preparing_again_leaves_the_rules_of_others(bucket: str) -> None:
    prepare()
    store = clients().plain
    rules = store.get_bucket_cors(Bucket=bucket)["CORSRules"]
    other = {"ID": "other", "AllowedOrigins": ["https://b.example"], "AllowedMethods": ["GET"]}
    store.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [*rules, other]})
    assert f"{bucket}: is there" in prepare()
    ids = [rule["ID"] for rule in store.get_bucket_cors(Bucket=bucket)["CORSRules"]]
    assert sorted(ids) == ["confab", "other"]


def test_a_store_that_is_away_is_said_so() -> None:
    with (
        s3_store(S3_ENDPOINT_URL="http://127.0.0.1:9"),
        pytest.raises(CommandError, match="is not ready: Could not connect"),
    ):
        prepare()


def test_without_a_bucket_there_is_nothing_to_do() -> None:
    assert "DATA_DIR/files" in prepare()


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ({"PUBLIC_URL": "https://chat.example"}, "https://chat.example"),
        ({"S3_BUCKET": "b", "S3_PUBLIC_ENDPOINT_URL": "https://s.example/x"}, "https://s.example"),
        ({"S3_BUCKET": "b"}, "https://b.s3.amazonaws.com"),
        ({"S3_BUCKET": "b", "AWS_REGION": "eu-west-1"}, "https://b.s3.eu-west-1.amazonaws.com"),
    ],
)
def test_the_page_may_bring_and_show_files_where_they_lie(
    given: dict[str, str], origin: str
) -> None:
    with override_settings(**{"S3_PUBLIC_ENDPOINT_URL": "", "AWS_REGION": "", **given}):
        parts = dict(part.strip().split(" ", 1) for part in policy("wss://chat.example").split(";"))
    for name in ("connect-src", "img-src", "media-src"):
        assert origin in parts[name].split()
    assert parts["object-src"] == "'none'"
    assert parts["default-src"] == "'self'"
