"""Uploading as a client does, whatever store the server has."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import httpx

from tests.people import TLS, Person

PATIENCE = 20.0


def announced(
    person: Person,
    content: bytes,
    name: str = "notes.txt",
    content_type: str = "text/plain",
    hashed: bool = False,
    **given: Any,
) -> Any:
    """A new file of this person's that waits for these bytes."""
    body = {"name": name, "size": len(content), "content_type": content_type} | given
    if hashed:
        body["sha256"] = hashlib.sha256(content).hexdigest()
    return person.post("/files", body, 201)


def brought(upload: dict[str, Any], content: bytes, **headers: str) -> httpx.Response:
    """Bring the bytes where `upload` says; the store's answer."""
    given = upload.get("headers", {}) | headers
    with httpx.Client(timeout=PATIENCE, verify=TLS) as http:
        if "fields" in upload:
            files = {"file": ("file", content)}
            return http.post(upload["url"], data=upload["fields"], files=files, headers=given)
        return http.request(upload["method"], upload["url"], content=content, headers=given)


def completed(person: Person, file_id: str) -> Any:
    return person.post(f"/files/{file_id}/complete", status=202)


def settled(person: Person, file_id: str) -> Any:
    """The file once it is ready or rejected. Needs the `worker`."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        file = person.get(f"/files/{file_id}")
        if file["state"] in ("ready", "rejected"):
            return file
        time.sleep(0.02)
    raise AssertionError(f"the file is still {file['state']}")


def uploaded(
    person: Person,
    content: bytes = b"some notes",
    name: str = "notes.txt",
    content_type: str = "text/plain",
    **given: Any,
) -> Any:
    """The file after the whole way, ready or rejected. Needs the `worker`."""
    file = announced(person, content, name, content_type, **given)
    answer = brought(file["upload"], content)
    assert answer.is_success, answer.text
    completed(person, file["id"])
    return settled(person, file["id"])


def fetched(person: Person, file_id: str, variant: str = "", **headers: str) -> httpx.Response:
    """What the link to the file's content gives; the API's own answer when it gives no link."""
    query = {"variant": variant} if variant else {}
    response = person.http.get(f"/files/{file_id}/content", params=query)
    if response.status_code != 302:
        return response
    with httpx.Client(timeout=PATIENCE, verify=TLS) as http:
        return http.get(response.headers["Location"], headers=headers)
