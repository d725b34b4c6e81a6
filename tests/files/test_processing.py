"""From `processing` to `ready` or `rejected`, whoever else is at it and whatever fails."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from project.files.inspection import darkroom
from project.files.models import File, State
from project.files.services.processing import process
from tests.files.desk import Desk
from tests.files.documents import HEIC, HTML, PORTABLE, SVG, TIFF
from tests.files.pictures import drawn, encoded, exif, secrets_in, telling


def test_a_photo_is_ready_with_all_that_tells_of_it(desk: Desk) -> None:
    given = encoded(drawn(800, 600), "JPEG", exif=exif(6))
    file = desk.decided(given, "image/png", sha256=hashlib.sha256(given).hexdigest())
    content = desk.held("content", file)
    assert content is not None
    assert (file.state, file.reason, file.content_type) == ("ready", "", "image/jpeg")
    assert (file.size, file.width, file.height) == (len(content), 600, 800)
    assert (file.thumbnail_width, file.thumbnail_height) == (384, 512)
    assert file.placeholder.startswith("data:image/webp;base64,")
    assert secrets_in(content) == []
    assert desk.held("thumbnails", file) is not None
    assert desk.updates(file) == 1


@pytest.mark.parametrize(
    ("announced", "content", "found"),
    [
        ("text/plain", b"hello", "text/plain"),
        ("application/pdf", b"hello", "text/plain"),
        ("text/plain", PORTABLE, "application/vnd.microsoft.portable-executable"),
        ("text/plain", HTML, "text/html"),
        ("image/svg+xml", SVG, "image/svg+xml"),
        ("text/plain", SVG, "image/svg+xml"),
        ("application/json", b"\x00\x01", "application/octet-stream"),
    ],
)
def test_other_files_stay_as_they_are_under_their_true_type(
    announced: str, content: bytes, found: str, desk: Desk
) -> None:
    file = desk.decided(content, announced)
    assert (file.state, file.content_type, file.size) == ("ready", found, len(content))
    assert (file.width, file.thumbnail_width, file.placeholder) == (None, None, "")
    assert desk.held("content", file) == content
    assert desk.held("thumbnails", file) is None


@pytest.mark.parametrize(
    ("announced", "told"),
    [("text/csv", "text/csv"), ("text/javascript", "text/plain"), ("font/woff", "text/plain")],
)
def test_what_is_said_more_exactly_is_kept_if_it_is_harmless(
    announced: str, told: str, desk: Desk
) -> None:
    assert desk.decided(b"one, two\n", announced).content_type == told


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF"])
def test_a_picture_loses_its_words_whatever_it_was_called(format: str, desk: Desk) -> None:
    file = desk.decided(telling(format), "application/octet-stream")
    content = desk.held("content", file)
    assert file.state == "ready"
    assert file.content_type.startswith("image/")
    assert content is not None
    assert secrets_in(content) == []


def test_a_picture_of_too_many_pixels_is_a_file_for_whoever_announces_one(desk: Desk) -> None:
    content = encoded(drawn(7000, 6000, "1"), "PNG")
    file = desk.decided(content, "application/octet-stream")
    assert (file.state, file.width, file.thumbnail_width) == ("ready", None, None)
    assert (file.content_type, file.size) == ("application/octet-stream", len(content))
    assert desk.held("content", file) == content


@pytest.mark.parametrize(
    ("reason", "content", "given"),
    [
        ("missing", None, {}),
        ("size", b"four", {"size": 5}),
        ("size", b"four", {"size": 3}),
        ("size", b"", {"size": 1}),
        ("hash", b"four", {"sha256": "0" * 64}),
        ("not_an_image", HTML, {"content_type": "image/png"}),
        ("not_an_image", HTML, {"content_type": "image/svg+xml"}),
        ("not_an_image", SVG, {"content_type": "image/png"}),
        ("not_an_image", b"hello", {"content_type": "image/jpeg"}),
        ("unsupported_image", HEIC, {"content_type": "image/heic"}),
        ("unsupported_image", TIFF, {"content_type": "image/jpeg"}),
        ("broken_image", b"\xff\xd8\xff\xe0 hello", {"content_type": "image/jpeg"}),
        ("broken_image", b"GIF89a=1;alert(1)//", {"content_type": "text/javascript"}),
        ("too_many_pixels", encoded(drawn(7000, 6000, "1"), "PNG"), {"content_type": "image/png"}),
    ],
)
def test_what_is_wrong_is_rejected_with_a_reason(
    reason: str, content: bytes | None, given: dict[str, Any], desk: Desk
) -> None:
    before = desk.objects()
    file = desk.decided(content, **given)
    assert (file.state, file.reason) == ("rejected", reason)
    assert not desk.objects() - before
    assert desk.updates(file) == 1


def test_incoming_is_emptied_and_nobody_knows_the_new_key(desk: Desk) -> None:
    file = desk.laid(b"hello")
    incoming, before = file.key, desk.objects()
    process(file.pk)
    file.refresh_from_db()
    assert file.key != incoming
    assert desk.objects() - before == {("content", file.key)}
    assert ("incoming", incoming) in before - desk.objects()


def test_a_picture_that_kills_its_process_is_broken(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endings = ["signal.raise_signal(signal.SIGSEGV)", "[0 for _ in iter(int, 1)]", "sys.exit(3)"]
    for number, ending in enumerate(endings):
        script = tmp_path / f"{number}.py"
        script.write_text(
            "import runpy, signal, sys\n"
            f"runpy.run_path({str(darkroom.START)!r})['confine'](1024**3, 1)\n{ending}\n"
        )
        with monkeypatch.context() as patch:
            patch.setattr(darkroom, "START", script)
            file = desk.decided(encoded(drawn(), "PNG"), "image/png")
        assert (file.state, file.reason) == ("rejected", "broken_image")


def test_a_process_that_is_stopped_is_started_again(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "stopped.py"
    script.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n")
    file = desk.laid(encoded(drawn(), "PNG"))
    with monkeypatch.context() as patch:
        patch.setattr(darkroom, "START", script)
        with pytest.raises(OSError, match="ended with -15"):
            process(file.pk)
    process(file.pk)
    file.refresh_from_db()
    assert file.state == State.READY


def test_runs_clear_up_after_themselves_and_after_the_dead(desk: Desk, tmp_path: Path) -> None:
    room = tmp_path / "processing"
    room.mkdir()
    dead, alive = room / "dead", room / "alive"
    for bench in (dead, alive):
        bench.mkdir()
        (bench / "incoming").write_bytes(b"left behind")
    long_ago = time.time() - 7200
    os.utime(dead, (long_ago, long_ago))
    with override_settings(DATA_DIR=tmp_path):
        desk.decided(b"hello")
        desk.decided(b"hello", "image/png")
    assert list(room.iterdir()) == [alive]


def test_what_is_not_processing_is_left_alone(desk: Desk) -> None:
    for state in (State.PENDING, State.READY, State.REJECTED):
        file = desk.laid(b"hello")
        File.objects.filter(pk=file.pk).update(state=state)
        process(file.pk)
        file.refresh_from_db()
        assert file.state == state
        assert desk.updates(file) == 0
    process(1)


PREFIXES = [b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a\x05\0\x05\0", b"PK\x03\x04",
            b"RIFF\x20\0\0\0WEBPVP8 ", b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", b"<?xml",
            b"\0\0\0\x20ftypavif\0\0\0\0", b"MZ", b"\xff\xfe"]  # fmt: skip


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.builds(bytes.__add__, st.sampled_from(PREFIXES), st.binary(max_size=300)),
    st.sampled_from(["image/png", "image/svg+xml", "text/html", "application/octet-stream"]),
)
@example(b"", "image/png")
def test_any_bytes_come_to_an_end(desk: Desk, content: bytes, content_type: str) -> None:
    file = desk.decided(content, content_type)
    assert file.state in (State.READY, State.REJECTED)
    held = desk.held("content", file)
    assert (held is not None) == (file.state == State.READY)
    if file.state == State.READY and file.width is None:
        assert held == content
