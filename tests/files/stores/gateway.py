"""The S3 store of the tests, and how a client brings a file to a store."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from project.files.doors.wire import Upload
from tests.conftest import GATEWAY

REASON = "there is no S3 store: S3_ENDPOINT_URL is not set"


def address() -> str:
    """Skips the test where there is none."""
    if "S3_ENDPOINT_URL" not in GATEWAY:
        pytest.skip(REASON)
    return GATEWAY["S3_ENDPOINT_URL"]


def settings(**changed: str) -> dict[str, str]:
    """Django's settings for it."""
    url = address()
    own = {"S3_ENDPOINT_URL": url, "S3_PUBLIC_ENDPOINT_URL": url}
    return {**own, "S3_BUCKET": GATEWAY["S3_BUCKET"], "AWS_REGION": "us-east-1", **changed}


def bring(upload: Upload | dict[str, Any], content: bytes, **changed: str) -> httpx.Response:
    """Do what `upload` says, with some of its fields or headers changed or added."""
    given = upload if isinstance(upload, dict) else _plain(upload)
    if given["method"] == "PUT":
        return httpx.put(given["url"], content=content, headers={**given["headers"], **changed})
    form = {**given["fields"], **changed}
    return httpx.post(given["url"], data=form, files={"file": ("anything", content)})


def _plain(upload: Upload) -> dict[str, Any]:
    return {
        "method": upload.method,
        "url": upload.url,
        "fields": upload.fields,
        "headers": upload.headers,
    }
