"""Pictures that are bombs, or broken, and the process in which they are found out."""

from __future__ import annotations

import struct
import subprocess
import sys
import time
import warnings
import zlib
from pathlib import Path

import psutil
import pytest
from PIL import Image

from project.files.inspection import darkroom
from project.files.inspection.darkroom import Refused
from project.files.inspection.signatures import picture_format
from tests.files.development import LIMIT, developed, refused
from tests.files.pictures import FORMATS, chunk, drawn, encoded, moving, telling


def png_claiming(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


def gif_claiming(screen: int, frame: int, count: int = 1) -> bytes:
    """Frames may be larger than the screen that the header speaks of."""
    head = b"GIF89a" + struct.pack("<HHBBB", screen, screen, 0x80, 0, 0) + bytes(6)
    one = b"," + struct.pack("<HHHHB", 0, 0, frame, frame, 0) + b"\x02\x02\x4c\x01\x00"
    return head + one * count + b";"


def webp_claiming(width: int, height: int) -> bytes:
    extended = struct.pack("<I", 0x02)[:4] + struct.pack("<I", width - 1)[:3]
    extended += struct.pack("<I", height - 1)[:3]
    frame = bytes(6) + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    still = encoded(Image.new("RGB", (4, 4)), "WEBP", lossless=True)[12:]
    body = b"WEBPVP8X" + struct.pack("<I", 10) + extended
    body += b"ANIM" + struct.pack("<I", 6) + bytes(6)
    content = frame + bytes(4) + still
    body += b"ANMF" + struct.pack("<I", len(content)) + content
    return b"RIFF" + struct.pack("<I", len(body)) + body


def test_a_picture_of_too_many_pixels_is_not_decoded(tmp_path: Path) -> None:
    for bomb in (
        png_claiming(65535, 65535),
        png_claiming(1001, 1000),
        gif_claiming(65535, 65535),
        gif_claiming(1, 65535, 2),
        gif_claiming(100, 100, 3000),
        webp_claiming(16383, 16383),
        encoded(Image.new("L", (1500, 1500)), "JPEG"),
        moving("WEBP", 200),
        encoded(Image.new("RGB", (1001, 1000)), "AVIF", speed=10),
        encoded(Image.new("1", (1001, 1000)), "BMP"),
    ):
        assert refused(bomb, tmp_path) == "too_many_pixels"
    assert developed(encoded(Image.new("L", (1000, 1000)), "PNG"), tmp_path)


def test_words_that_expand_are_refused(tmp_path: Path) -> None:
    """A kilobyte of text in a PNG that would be a hundred megabytes."""
    plain = encoded(drawn(), "PNG")
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9))
    assert refused(plain[:33] + bomb + plain[33:], tmp_path) == "broken_image"


def test_what_browsers_show_of_a_damaged_picture_is_shown(tmp_path: Path) -> None:
    """A JPEG without its end, a PNG with a wrong checksum where no pixel is."""
    jpeg = encoded(drawn(300, 200), "JPEG")
    for given in (jpeg[:-2], jpeg[:-40], jpeg[: len(jpeg) // 2]):
        picture = developed(given, tmp_path).picture
        assert (picture.width, picture.height) == (300, 200)
    plain = encoded(drawn(300, 200), "PNG")
    comment = chunk(b"tEXt", b"Comment\0words")[:-1] + b"?"
    for at in (33, len(plain) - 12):
        assert developed(plain[:at] + comment + plain[at:], tmp_path).picture.width == 300
    header = plain[:29] + bytes(4) + plain[33:]
    assert refused(header, tmp_path) == "broken_image"


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "JPEG"])
def test_a_picture_that_was_cut_off_is_broken(format: str, tmp_path: Path) -> None:
    whole = encoded(drawn(300, 200), format)
    for part in (0.1, 0.5, 0.9):
        assert refused(whole[: max(40, int(len(whole) * part))], tmp_path) == "broken_image"


@pytest.mark.parametrize(
    ("ending", "raised"),
    [
        ("signal.raise_signal(signal.SIGKILL)", ChildProcessError),
        ("signal.raise_signal(signal.SIGTERM)", ChildProcessError),
        ("import a_module_that_is_not_installed", ChildProcessError),
        ("signal.raise_signal(signal.SIGSEGV)", Refused),
        ("signal.raise_signal(signal.SIGXCPU)", Refused),
        ("os.abort()", Refused),
        ("sys.exit(3)", Refused),
    ],
)
def test_how_a_process_ends_tells_whose_fault_it_was(
    ending: str, raised: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was stopped, or that is not installed well, says nothing about the picture."""
    script = tmp_path / "ending.py"
    script.write_text(f"import os, signal, sys\n{ending}\n")
    monkeypatch.setattr(darkroom, "START", script)
    with pytest.raises(raised):
        developed(encoded(drawn(), "PNG"), tmp_path)


def test_a_full_disk_is_no_verdict(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(encoded(drawn(), "PNG"))
    with pytest.raises(ChildProcessError, match="No space left"):
        darkroom.develop(source, "PNG", Path("/dev/full"), tmp_path / "thumbnail", LIMIT)


def test_memory_and_time_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = encoded(Image.new("RGB", (6000, 6000)), "PNG")
    assert developed(large, tmp_path, 40_000_000)
    with monkeypatch.context() as patch:
        patch.setattr(darkroom, "MEMORY", 100 * 1024 * 1024)
        assert refused(large, tmp_path, 40_000_000) == "broken_image"
    monkeypatch.setattr(darkroom, "SECONDS", 0.01)
    with pytest.raises(TimeoutError):
        developed(large, tmp_path, 40_000_000)


def test_the_process_ends_with_its_worker(tmp_path: Path) -> None:
    script = tmp_path / "endless.py"
    script.write_text(
        "import runpy, sys, time\n"
        f"runpy.run_path({str(darkroom.START)!r})['confine'](2**30, 60)\n"
        "print('confined', flush=True)\ntime.sleep(600)\n"
    )
    worker = (
        "import subprocess, sys; print(subprocess.Popen(sys.argv[1:]).pid, flush=True); input()"
    )
    command = [sys.executable, "-c", worker, sys.executable, str(script)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        told = {parent.stdout.readline().strip() for _ in range(2)}
        (pid,) = told - {b"confined"}
        parent.kill()
    until = time.monotonic() + 10
    while is_running(int(pid)):
        assert time.monotonic() < until
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize(
    "answer",
    ["", "null", "{}", '{"refused": "because"}', '{"format": "HTML", "width": 1}', "\\xff" * 9,
     '{"format": "PNG", "width": 1, "height": 1, "thumbnail_width": 1, "thumbnail_height": 1,'
     ' "placeholder": "javascript:alert(1)"}'],
)  # fmt: skip
def test_a_process_that_was_taken_over_says_nothing_else(
    answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "own.py"
    script.write_text(f"print({answer!r})\n")
    monkeypatch.setattr(darkroom, "START", script)
    assert refused(encoded(drawn(), "PNG"), tmp_path) == "broken_image"


def test_the_process_has_no_secrets_and_little_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "report"
    script = tmp_path / "looking.py"
    script.write_text(
        "import sys, runpy, os, resource\n"
        f"start = runpy.run_path({str(darkroom.START)!r})\n"
        "start['main'](*sys.argv[1:])\n"
        f"with open({str(report)!r}, 'w') as file:\n"
        "    print(sorted(os.environ), resource.getrlimit(resource.RLIMIT_AS)[0],\n"
        "          sorted({name.split('.')[0] for name in sys.modules}), file=file)\n"
    )
    monkeypatch.setattr(darkroom, "START", script)
    monkeypatch.setenv("SECRET_KEY", "of this process alone")
    developed(encoded(drawn(), "PNG"), tmp_path)
    told = report.read_text()
    assert str(darkroom.MEMORY) in told
    for name in ("SECRET", "DATABASE", "'django'", "'celery'", "'psycopg'"):
        assert name not in told


def test_making_these_pictures_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for format in FORMATS:
            assert picture_format(telling(format)) == format
