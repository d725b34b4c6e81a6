"""A thousand files of random kinds and lies: each is rejected, or can harm nobody."""

from __future__ import annotations

import io
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from PIL import Image

from project.files.models import File, State
from tests.files.desk import Desk
from tests.files.lies import COUNT, MAKERS, Lie, lies
from tests.files.pictures import MARKER, secrets_in
from tests.files.uploads import announced, brought, completed, fetched, settled
from tests.people import Person

PIXELS = 1_000_000
BATCH = 100
WRITTEN = {"image/jpeg", "image/png", "image/gif", "image/webp"}
REASONS = {
    "missing", "size", "hash",
    "not_an_image", "unsupported_image", "too_many_pixels", "broken_image",
}  # fmt: skip


@pytest.fixture
def pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PIXEL_LIMIT", PIXELS)


def check_picture(content: bytes, content_type: str) -> None:
    """A picture as only we write them: whole, of its type, nothing beside pixels or behind the
    end."""
    with Image.open(io.BytesIO(content)) as opened:
        assert Image.MIME[str(opened.format)] == content_type
        assert opened.width * opened.height * getattr(opened, "n_frames", 1) <= PIXELS
    assert secrets_in(content) == []
    if content_type == "image/webp":
        assert int.from_bytes(content[4:8], "little") + 8 == len(content)
    else:
        ends = {"image/jpeg": b"\xff\xd9", "image/png": b"IEND\xaeB`\x82", "image/gif": b"\0;"}
        assert content.endswith(ends[content_type])


def check_harmless(file: File, lie: Lie, content: bytes | None, thumbnail: bytes | None) -> None:
    """A file that is ready is a picture that we wrote, or exactly what was uploaded, under a type
    that its content has and that no program takes for a picture. What is active in it stays so,
    but is only ever given as a download: the whole way below looks at that."""
    assert content is not None
    assert file.size == len(content)
    if file.content_type in WRITTEN:
        assert thumbnail is not None
        assert max(file.thumbnail_width or 0, file.thumbnail_height or 0) <= 512
        assert len(file.placeholder) < 500
        check_picture(content, file.content_type)
        check_picture(thumbnail, "image/webp")
    else:
        assert (thumbnail, file.width, file.thumbnail_width) == (None, None, None)
        assert content == lie.content
        assert not lie.content_type.startswith("image/") or file.content_type == "image/svg+xml"


def decide(desk: Desk, lie: Lie) -> tuple[Lie, File]:
    given: dict[str, object] = {"sha256": lie.sha256}
    if lie.size or not lie.content:
        given["size"] = lie.size or 1
    try:
        return lie, desk.decided(lie.content, lie.content_type, **given)
    finally:
        connection.close()


@pytest.mark.usefixtures("pixels")
@pytest.mark.parametrize("batch", range(COUNT // BATCH))
def test_a_thousand_lies_end_rejected_or_harmless(batch: int, desk: Desk) -> None:
    before = desk.objects()
    told = lies()[batch * BATCH : (batch + 1) * BATCH]
    with ThreadPoolExecutor(2) as threads:
        decided = list(threads.map(lambda lie: decide(desk, lie), told))
    for lie, file in decided:
        what = (lie.kind, lie.content_type, file.state, file.reason, file.content_type)
        assert (file.reason or file.state) in lie.may_be, what
        if file.state == State.REJECTED:
            assert file.reason in REASONS
        else:
            content, thumbnail = desk.held("content", file), desk.held("thumbnails", file)
            check_harmless(file, lie, content, thumbnail)
    keys = {file.key for _, file in decided if file.state == State.READY}
    assert {key for _, key in desk.objects() - before} == keys


def test_the_thousand_are_of_every_kind() -> None:
    kinds = Counter(lie.kind for lie in lies())
    assert sum(kinds.values()) == COUNT
    assert len(kinds) == len(MAKERS)
    assert min(kinds.values()) >= 20
    assert lies.__wrapped__() == lies()
    assert sum(MARKER in lie.content for lie in lies()) > 300


NAMES = [
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "photo.png.exe",
    "invoice\u202egnp.exe",
    'a";filename="b.html',
    "line\r\nSet-Cookie: a=b",
    "<script>alert(1)</script>.png",
    "\u00e4\u4f60\U0001f600.jpg",
    "CON",
    "x" * 255,
]


def test_some_lies_on_the_whole_way(alice: Person, worker: None) -> None:
    """Announced, uploaded, completed, processed by the worker, and downloaded by a link."""
    told = random.Random(7).sample([lie for lie in lies() if lie.kind != "wrong size"], 30)
    begun = []
    for number, lie in enumerate(told):
        name = NAMES[number % len(NAMES)]
        given: dict[str, Any] = {"sha256": lie.sha256} if lie.sha256 else {}
        file = announced(alice, lie.content, name, lie.content_type, **given)
        assert brought(file["upload"], lie.content).is_success
        completed(alice, file["id"])
        begun.append((lie, file["id"]))
    for lie, file_id in begun:
        file = settled(alice, file_id)
        assert (file.get("reason") or file["state"]) in lie.may_be
        response = fetched(alice, file_id)
        if file["state"] == "rejected":
            assert response.status_code in (404, 409)
            continue
        assert response.headers["Content-Type"] == file["content_type"]
        disposition = response.headers["Content-Disposition"]
        assert disposition.startswith("attachment; ")
        assert not set(disposition) & set("/\\\r\n\0")
        if file["content_type"] in WRITTEN:
            check_picture(response.content, file["content_type"])
        else:
            assert response.content == lie.content


@pytest.mark.parametrize("name", ["x" * 256, "", "\x00\x01", "..", "\u202e"])
def test_some_names_are_refused(name: str, alice: Person) -> None:
    body = {"name": name, "size": 5, "content_type": "text/plain"}
    alice.post("/files", body, 400)
