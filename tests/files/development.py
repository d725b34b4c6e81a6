"""Developing a picture as the worker does, without a worker."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFile, ImageStat

from project.files.inspection import darkroom
from project.files.inspection.darkroom import Picture, Refused
from project.files.inspection.signatures import picture_format

LIMIT = 1_000_000


class Result:
    """What was made of some bytes."""

    def __init__(self, picture: Picture, content: bytes, thumbnail: bytes) -> None:
        self.picture, self.content, self.thumbnail = picture, content, thumbnail

    @property
    def shown(self) -> ImageFile.ImageFile:
        return Image.open(io.BytesIO(self.content))

    @property
    def small(self) -> ImageFile.ImageFile:
        return Image.open(io.BytesIO(self.thumbnail))


def developed(given: bytes, folder: Path, limit: int = LIMIT) -> Result:
    source, content, thumbnail = (folder / name for name in ("source", "content", "thumbnail"))
    source.write_bytes(given)
    format = picture_format(given[:1000])
    assert format is not None
    picture = darkroom.develop(source, format, content, thumbnail, limit)
    return Result(picture, content.read_bytes(), thumbnail.read_bytes())


def shown(given: bytes) -> ImageFile.ImageFile:
    return Image.open(io.BytesIO(given))


def refused(given: bytes, folder: Path, limit: int = LIMIT) -> str:
    with pytest.raises(Refused) as caught:
        developed(given, folder, limit)
    return caught.value.reason


def colour_at(picture: Image.Image, place: tuple[int, int]) -> tuple[int, ...]:
    """Of a picture that has more than one channel."""
    colour = picture.getpixel(place)
    assert isinstance(colour, tuple)
    return colour


def distance(one: Image.Image, other: Image.Image) -> float:
    """How far apart two pictures are: root mean square over all channels, of 255."""
    mode = "RGBA" if one.has_transparency_data else "RGB"
    difference = ImageChops.difference(one.convert(mode), other.convert(mode))
    return max(ImageStat.Stat(difference).rms)
