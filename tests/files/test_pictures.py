"""Pictures made anew: what stays, and what must not."""

from __future__ import annotations

import base64
import io
import struct
import subprocess
import sys
import time
import warnings
import zlib
from pathlib import Path

import psutil
import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from project.files.processing import darkroom
from project.files.processing.darkroom import Picture, Refused
from project.files.processing.signatures import picture_format
from tests.files.pictures import (
    FORMATS,
    MARKER,
    chunk,
    drawn,
    encoded,
    exif,
    frames_of,
    moving,
    profile,
    secrets_in,
    telling,
)

LIMIT = 1_000_000


class Result:
    """What was made of some bytes."""

    def __init__(self, picture: Picture, content: bytes, thumbnail: bytes) -> None:
        self.picture, self.content, self.thumbnail = picture, content, thumbnail

    @property
    def shown(self) -> Image.Image:
        return Image.open(io.BytesIO(self.content))

    @property
    def small(self) -> Image.Image:
        return Image.open(io.BytesIO(self.thumbnail))


def developed(given: bytes, folder: Path, limit: int = LIMIT) -> Result:
    source, content, thumbnail = (folder / name for name in ("source", "content", "thumbnail"))
    source.write_bytes(given)
    format = picture_format(given[:1000])
    assert format is not None
    picture = darkroom.develop(source, format, content, thumbnail, limit)
    return Result(picture, content.read_bytes(), thumbnail.read_bytes())


def shown(given: bytes) -> Image.Image:
    return Image.open(io.BytesIO(given))


def refused(given: bytes, folder: Path, limit: int = LIMIT) -> str:
    with pytest.raises(Refused) as caught:
        developed(given, folder, limit)
    return caught.value.reason


def distance(one: Image.Image, other: Image.Image) -> float:
    """How far apart two pictures are: root mean square over all channels, of 255."""
    mode = "RGBA" if one.has_transparency_data else "RGB"
    difference = ImageChops.difference(one.convert(mode), other.convert(mode))
    return max(ImageStat.Stat(difference).rms)


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_but_pixels_stays(format: str, tmp_path: Path) -> None:
    given = telling(format)
    assert MARKER in given
    result = developed(given, tmp_path)
    assert secrets_in(result.content) == []
    assert secrets_in(result.thumbnail) == []
    assert distance(result.shown, shown(given)) < 5


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_is_upright(format: str, orientation: int, tmp_path: Path) -> None:
    """The turn that EXIF asks for is made, and EXIF gone; so no viewer turns it again."""
    upright = drawn(96, 64)
    laid = upright if orientation < 5 else drawn(64, 96)
    lossless = {
        "JPEG": {"quality": 95, "subsampling": 0},
        "WEBP": {"lossless": True},
        "AVIF": {"quality": 95, "subsampling": "4:4:4"},
    }.get(format, {})
    result = developed(encoded(laid, format, exif=exif(orientation), **lossless), tmp_path)
    tags = Image.Exif()
    tags[0x0112] = orientation
    laid.info["exif"] = tags.tobytes()
    wanted = ImageOps.exif_transpose(laid)
    assert (result.picture.width, result.picture.height) == wanted.size == result.shown.size
    assert distance(result.shown, wanted) < (13 if format == "AVIF" else 4)
    assert result.small.size == wanted.size


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("quality", [60, 92])
def test_a_photo_loses_nothing_visible(quality: int, subsampling: str, tmp_path: Path) -> None:
    noise = Image.effect_noise((160, 120), 40).convert("RGB")
    photo = Image.blend(drawn(160, 120), noise, 0.4)
    given = encoded(photo, "JPEG", quality=quality, subsampling=subsampling)
    result = developed(given, tmp_path)
    before, after = shown(given), result.shown
    assert distance(before, after) < 2.5
    assert after.quantization == before.quantization
    assert len(result.content) < len(given) * 1.05


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_keeps_every_pixel(mode: str, tmp_path: Path) -> None:
    base = drawn(mode="RGBA")
    base.putalpha(Image.linear_gradient("L").resize(base.size))
    given = encoded(
        drawn(mode="L").convert("I;16") if mode == "I;16" else base.convert(mode), "PNG"
    )
    result = developed(given, tmp_path)
    assert result.shown.mode == shown(given).mode
    assert result.shown.tobytes() == shown(given).tobytes()


def test_a_bitmap_and_an_avif_change_their_format(tmp_path: Path) -> None:
    bitmap = developed(encoded(drawn(), "BMP"), tmp_path)
    assert bitmap.picture.content_type == "image/png"
    assert bitmap.shown.tobytes() == drawn().tobytes()
    given = encoded(drawn(), "AVIF", quality=90)
    avif = developed(given, tmp_path)
    assert avif.picture.content_type == avif.shown.get_format_mimetype() == "image/webp"
    assert distance(avif.shown, shown(given)) < 8


@pytest.mark.parametrize(
    ("format", "settings"),
    [
        ("GIF", {}),
        ("GIF", {"disposal": 2}),
        ("PNG", {}),
        ("PNG", {"default_image": True}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"quality": 90}),
        ("AVIF", {"quality": 90}),
    ],
)
def test_an_animation_keeps_its_frames_and_their_times(
    format: str, settings: dict[str, object], tmp_path: Path
) -> None:
    times = [20 * n for n in range(1, 6 if "default_image" in settings else 7)]
    given = moving(format, duration=times, **settings)
    before, after = frames_of(given), frames_of(developed(given, tmp_path).content)
    assert [time for _, time in after] == [time for _, time in before]
    lossy = settings.get("quality") is not None
    for (one, _), (other, _) in zip(before, after, strict=True):
        assert distance(one, other) <= (8 if lossy else 0)
    loop = Image.open(io.BytesIO(developed(given, tmp_path).content)).info["loop"]
    assert loop == (0 if format == "AVIF" else 2)


def test_what_vanishes_from_an_animation_stays_away(tmp_path: Path) -> None:
    spots = []
    for number in range(4):
        frame = Image.new("RGBA", (80, 40), (0, 0, 0, 0))
        frame.paste((250, 20, 30, 255), (number * 20, 5, number * 20 + 15, 35))
        spots.append(frame)
    given = encoded(
        spots[0], "GIF", save_all=True, append_images=spots[1:], duration=50, disposal=2
    )
    for (one, _), (other, _) in zip(
        frames_of(given), frames_of(developed(given, tmp_path).content), strict=True
    ):
        assert one.getchannel("A").tobytes() == other.getchannel("A").tobytes()


@pytest.mark.parametrize(
    ("size", "small"),
    [((1600, 1200), (512, 384)), ((300, 900), (171, 512)), ((512, 512), (512, 512)),
     ((40, 30), (40, 30)), ((1, 1), (1, 1)), ((3000, 2), (512, 1))],
)  # fmt: skip
def test_a_thumbnail_has_the_pictures_shape(
    size: tuple[int, int], small: tuple[int, int], tmp_path: Path
) -> None:
    result = developed(encoded(drawn(*size), "JPEG"), tmp_path, 3_000_000)
    picture = result.picture
    assert (picture.width, picture.height) == size
    assert (picture.thumbnail_width, picture.thumbnail_height) == result.small.size == small
    assert result.small.format == "WEBP"


@pytest.mark.parametrize("format", FORMATS)
def test_a_placeholder_is_tiny_and_of_the_same_colours(format: str, tmp_path: Path) -> None:
    placeholder = developed(encoded(drawn(800, 600), format), tmp_path).picture.placeholder
    assert len(placeholder) < 500
    head, data = placeholder.split(",")
    assert head == "data:image/webp;base64"
    tiny = Image.open(io.BytesIO(base64.b64decode(data)))
    assert max(tiny.size) == 20
    assert distance(tiny.resize((80, 60)), drawn(80, 60)) < 60


def test_transparency_stays(tmp_path: Path) -> None:
    clear = drawn(900, 600, "RGBA")
    clear.putalpha(0)
    clear.paste((200, 10, 10, 255), (300, 200, 600, 400))
    for format in ("PNG", "WEBP", "AVIF"):
        result = developed(encoded(clear, format, lossless=True), tmp_path)
        assert result.shown.getpixel((5, 5))[3] == 0
        assert result.small.getpixel((5, 5))[3] == 0
        assert result.small.getpixel((256, 170))[3] == 255
    seen = drawn(mode="P")
    result = developed(encoded(seen, "GIF", transparency=seen.getpixel((2, 2))), tmp_path)
    assert result.shown.convert("RGBA").getpixel((2, 2))[3] == 0


def test_inks_become_light(tmp_path: Path) -> None:
    given = encoded(drawn(mode="CMYK"), "JPEG", quality=95)
    result = developed(given, tmp_path)
    assert result.shown.mode == "RGB"
    assert distance(result.shown, shown(given)) < 8


def test_colours_of_another_space_look_the_same_without_its_profile(tmp_path: Path) -> None:
    """The profile swaps red and green; so do the pixels that are served."""
    swapped = (
        profile().replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    )
    picture = Image.new("RGB", (40, 40), (250, 0, 0))
    result = developed(encoded(picture, "PNG", icc_profile=swapped), tmp_path)
    red, green, _ = result.shown.getpixel((20, 20))
    assert green > 200 > 90 > red
    broken = developed(encoded(picture, "PNG", icc_profile=b"no profile at all"), tmp_path)
    assert broken.shown.getpixel((20, 20)) == (250, 0, 0)


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


@pytest.mark.parametrize("format", FORMATS)
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
