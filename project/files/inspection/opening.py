"""Opening pictures: only by the decoder of their format, and only if they are not too large.

Runs in the process that `darkroom` starts, like its neighbours `colours`, `developing`, `printing`.
"""

from __future__ import annotations

from pathlib import Path

from PIL import AvifImagePlugin, Image, ImageFile, PngImagePlugin
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

# The classes themselves: Image.open would ask decoders of formats that nobody sends, and would
# take a JPEG with a second picture behind it for a format of its own.
OPENERS: dict[str, type[ImageFile.ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "GIF": GifImageFile,
    "WEBP": WebPImageFile,
    "BMP": BmpImageFile,
    "AVIF": AvifImageFile,
}
# Memory is limited, and a thread for each processor would take the room of a picture.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
_checked = PngImagePlugin.ChunkStream.crc


def _crc(self: PngImagePlugin.ChunkStream, cid: bytes, data: bytes) -> None:
    """A chunk that is not critical (a small first letter: PNG, section 5.4) keeps no browser from
    showing the picture when its checksum is wrong, a comment say."""
    if cid[0] & 0x20:
        self.crc_skip(cid, data)
    else:
        _checked(self, cid, data)


PngImagePlugin.ChunkStream.crc = _crc  # type: ignore[method-assign]


def open_picture(path: Path, format: str, pixel_limit: int) -> ImageFile.ImageFile:
    """The picture, by its header alone: nothing is decoded yet. Raises DecompressionBombError when
    it has more pixels, over all frames, and what the decoder raises when its header is broken."""
    # Every browser shows what there is of a JPEG. Of other formats nobody makes half a picture.
    ImageFile.LOAD_TRUNCATED_IMAGES = format == "JPEG"
    # What a decoder learns only later, the size of a frame say, it refuses at twice this number.
    Image.MAX_IMAGE_PIXELS = pixel_limit // 2
    picture = OPENERS[format](path)
    if picture.width * picture.height * frames_of(picture) > pixel_limit:
        picture.close()
        raise Image.DecompressionBombError(picture.size)
    return picture


def frames_of(picture: ImageFile.ImageFile) -> int:
    """A JPEG has one; what cameras put behind it are other sizes of the same."""
    return 1 if picture.format == "JPEG" else getattr(picture, "n_frames", 1)
