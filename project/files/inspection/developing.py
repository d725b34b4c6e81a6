"""One picture, from its bytes to the three files that are kept of it."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageFile, ImageFilter

from project.files.inspection import printing
from project.files.inspection.colours import to_srgb
from project.files.inspection.opening import frames_of, open_picture

SIDE = 512
_TINY = 20
_ORIENTATION = 0x0112
# EXIF 2.3, tag Orientation: what has to be done to a picture with this value.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What of a frame's side information belongs to its pixels.
_KEPT = ("transparency",)


class Developed(NamedTuple):
    """A picture as it was written: its format, its size upright, its thumbnail."""

    format: str
    width: int
    height: int
    thumbnail_width: int
    thumbnail_height: int
    placeholder: str


def develop(
    source: Path, format: str, content: Path, thumbnail: Path, pixel_limit: int
) -> Developed:
    """Write the picture anew, upright and in sRGB, and its thumbnail. Raises
    DecompressionBombError before too many pixels are decoded, and whatever a decoder raises at
    broken bytes."""
    with open_picture(source, format, pixel_limit) as picture:
        written = printing.written_format(picture)
        settings = printing.settings_of(picture, _turn(picture))
        frames, motion = _read(picture)
    del picture  # its pixels would lie beside the copies while those are written
    printing.write(frames, motion, content, written, settings)
    frame = frames[0]
    small = _thumbnail(frame)
    small.save(thumbnail, "WEBP", quality=80, method=4)
    return Developed(written, *frame.size, *small.size, _placeholder(small))


def _read(picture: ImageFile.ImageFile) -> tuple[list[Image.Image], printing.Motion]:
    durations: list[float] = []
    frames = []
    for frame in _frames(picture):
        frames.append(frame)
        durations.append(picture.info.get("duration") or 0)
    apart = bool(picture.info.get("default_image"))
    return frames, printing.Motion(durations[apart:], picture.info.get("loop"), apart)


def _frames(picture: ImageFile.ImageFile) -> Iterator[Image.Image]:
    """Its frames, each the whole canvas, upright, with nothing but their pixels."""
    turn, profile = _turn(picture), picture.info.get("icc_profile")
    for number in range(frames_of(picture)):
        picture.seek(number)
        picture.load()
        frame = picture.transpose(turn) if turn is not None else picture.copy()
        frame = to_srgb(frame, profile)
        frame.info = {key: frame.info[key] for key in _KEPT if key in frame.info}
        yield frame


def _turn(picture: ImageFile.ImageFile) -> Image.Transpose | None:
    try:
        return _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
    except Exception:  # of all the ways to get EXIF wrong none makes the picture unreadable
        return None


def _thumbnail(frame: Image.Image) -> Image.Image:
    """At most `SIDE` pixels a side, in the frame's shape; a smaller one as it is."""
    if frame.mode.startswith("I"):  # 16 bits of grey
        frame = frame.convert("I").point(lambda value: value / 256).convert("L")
    small = frame.convert("RGBA" if frame.has_transparency_data else "RGB")
    small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    small.info = {}
    return small


def _placeholder(small: Image.Image) -> str:
    """A few hundred characters that show where light and colours are."""
    tiny = small.copy()
    tiny.thumbnail((_TINY, _TINY))
    buffer = io.BytesIO()
    tiny.filter(ImageFilter.GaussianBlur(1)).save(buffer, "WEBP", quality=20, method=4)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()
