"""A photo as telephones take it: gradients, noise, EXIF with a place and an orientation."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image

SIDE = (4000, 3000)
NOISE = 13.5


@cache
def photo() -> bytes:
    """About 3 MB of JPEG, 12 megapixels."""
    across = Image.linear_gradient("L").resize(SIDE)
    along = Image.radial_gradient("L").resize(SIDE)
    noise = Image.effect_noise(SIDE, NOISE)
    bands = [
        Image.blend(band, noise, 0.4) for band in (across, along, along.rotate(90).resize(SIDE))
    ]
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    written = io.BytesIO()
    Image.merge("RGB", bands).save(written, "JPEG", quality=90, exif=exif)
    return written.getvalue()
