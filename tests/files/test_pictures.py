"""Pictures made anew: what stays, and what must not."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile

from tests.files.development import colour_at, developed, distance, shown
from tests.files.pictures import (
    FORMATS,
    MARKER,
    drawn,
    encoded,
    exif,
    frames_of,
    moving,
    profile,
    secrets_in,
    telling,
)


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
    lossless: dict[str, dict[str, Any]] = {
        "JPEG": {"quality": 95, "subsampling": 0},
        "WEBP": {"lossless": True},
        "AVIF": {"quality": 95, "subsampling": "4:4:4"},
    }
    given = encoded(laid, format, exif=exif(orientation), **lossless.get(format, {}))
    result = developed(given, tmp_path)
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
    assert isinstance(before, JpegImageFile)
    assert isinstance(after, JpegImageFile)
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
    format: str, settings: dict[str, Any], tmp_path: Path
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
        assert colour_at(result.shown, (5, 5))[3] == 0
        assert colour_at(result.small, (5, 5))[3] == 0
        assert colour_at(result.small, (256, 170))[3] == 255
    seen = drawn(mode="P")
    result = developed(encoded(seen, "GIF", transparency=seen.getpixel((2, 2))), tmp_path)
    assert colour_at(result.shown.convert("RGBA"), (2, 2))[3] == 0


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
    red, green, _ = colour_at(result.shown, (20, 20))
    assert green > 200 > 90 > red
    broken = developed(encoded(picture, "PNG", icc_profile=b"no profile at all"), tmp_path)
    assert broken.shown.getpixel((20, 20)) == (250, 0, 0)
