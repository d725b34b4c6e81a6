"""Pictures in the colours that every screen understands, so that no profile has to stay."""

from __future__ import annotations

import io

from PIL import Image, ImageCms

# Modes whose pixels a profile of red, green and blue, or of inks, can speak of.
_CONVERTED = {"RGB": "RGB", "RGBA": "RGBA", "CMYK": "RGB"}


def to_srgb(frame: Image.Image, profile: bytes | None) -> Image.Image:
    """The frame in sRGB. A profile that is broken, or not of this kind of pixels, is left aside."""
    if profile and (frame.mode == "P" or frame.has_transparency_data):
        # One colour out of a palette, or one that stands for nothing, would not be found again.
        frame = frame.convert("RGBA" if frame.has_transparency_data else "RGB")
    if profile and frame.mode in _CONVERTED:
        frame = _converted(frame, profile)
    return frame.convert("RGB") if frame.mode == "CMYK" else frame


def _converted(frame: Image.Image, profile: bytes) -> Image.Image:
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in (given.profile.profile_description or ""):
            return frame
        wanted = ImageCms.createProfile("sRGB")
        mode = _CONVERTED[frame.mode]
        return ImageCms.profileToProfile(frame, given, wanted, outputMode=mode) or frame
    except (ImageCms.PyCMSError, OSError, ValueError):
        return frame
