"""Writing pictures. Only pixels, timing and transparency are handed on; whatever else the source
held, before, between or behind its pictures, has no way into what is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

# What is written for each format that is read. A bitmap is a large PNG; AVIF would lose as much by
# being written again as WebP does, which every client shows.
WRITTEN = {"JPEG": "JPEG", "PNG": "PNG", "GIF": "GIF", "WEBP": "WEBP", "BMP": "PNG", "AVIF": "WEBP"}
Settings = dict[str, Any]
_WEBP_SIDE = 16383
_LOSSLESS = 20_000_000
_QUALITY = 90


class Motion(NamedTuple):
    """How frames follow each other: milliseconds of each, and how often all; 0 is for ever."""

    durations: list[float]
    loop: int | None
    # Whether a PNG's first picture is for those who show no animation; it has no duration then.
    apart: bool


def written_format(source: ImageFile.ImageFile) -> str:
    """WebP has no room for a side longer than this, and its lossless encoder takes 40 bytes of
    memory for each pixel; a PNG is as good then."""
    if source.format == "AVIF" and max(source.size) > _WEBP_SIDE:
        return "PNG"
    if source.format == "WEBP" and source.width * source.height > _LOSSLESS and is_lossless(source):
        return "PNG"
    return WRITTEN[str(source.format)]


def settings_of(source: ImageFile.ImageFile, turn: Image.Transpose | None) -> Settings:
    """How a still like this one is written so that nothing visible is lost. A JPEG keeps its own
    quantisation, so most of its coefficients come out as they were."""
    if isinstance(source, JpegImageFile):
        return _jpeg_settings(source, turned=turn is not None)
    if source.format == "WEBP" and is_lossless(source):
        # The lowest effort: higher ones take five times as long for a few percent.
        return {"lossless": True, "exact": True, "quality": 30, "method": 1}
    return {"quality": _QUALITY, "method": 4} if source.format in ("WEBP", "AVIF") else {}


def _jpeg_settings(source: JpegImageFile, turned: bool) -> Settings:
    tables = [source.quantization[key] for key in sorted(source.quantization)]
    if source.mode == "CMYK" or not tables:  # tables for inks do not suit light
        return {"quality": _QUALITY, "subsampling": 0}
    sampling = get_sampling(source)
    if turned and sampling == 1:  # colours halved across would now have to be halved along
        sampling = 0
    progressive = bool(source.info.get("progressive"))
    return {"qtables": tables, "subsampling": sampling, "progressive": progressive}


def is_lossless(source: ImageFile.ImageFile) -> bool:
    """Whether the first picture of a WebP is. RIFF chunks: four letters, a length, the content."""
    webp, at = Path(str(source.filename)).read_bytes(), 12
    while at + 8 <= len(webp):
        name, length = webp[at : at + 4], int.from_bytes(webp[at + 4 : at + 8], "little")
        if name in (b"VP8L", b"VP8 "):
            return name == b"VP8L"
        at += 8 + (16 if name == b"ANMF" else length + length % 2)
    return False


def write(
    frames: Sequence[Image.Image], motion: Motion, into: Path, format: str, settings: Settings
) -> None:
    """Frames are each the whole canvas; a single one is a still."""
    first, *others = frames
    if others:
        settings = settings | _motion_settings(frames, motion, format)
        first.save(into, format, save_all=True, append_images=others, **settings)
    else:
        first.save(into, format, **settings)


def _motion_settings(frames: Sequence[Image.Image], motion: Motion, format: str) -> Settings:
    settings: Settings = {"duration": motion.durations}
    if motion.loop is not None:
        settings["loop"] = motion.loop
    if format == "GIF" and _is_transparent(frames):
        settings["disposal"] = 2  # each frame clears the one before, or no pixel could vanish
    if format == "PNG":
        settings["default_image"] = motion.apart
    return settings


def _is_transparent(frames: Sequence[Image.Image]) -> bool:
    return any(frame.has_transparency_data for frame in frames)
