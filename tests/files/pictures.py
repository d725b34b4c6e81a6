"""Pictures for tests, made anew each time, and what is left in those that are served."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

MARKER = b"4f9d-secret-marker-7Q"
"""What is put wherever a file has room for words; nothing of it may come out in a picture."""

TEXT = MARKER.decode()
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF")


def drawn(width: int = 96, height: int = 64, mode: str = "RGB") -> Image.Image:
    """A picture with a bright corner: the upper left."""
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width // 2, height // 2), fill=(250, 30, 20))
    draw.ellipse((width // 2, height // 2, width, height), fill=(20, 40, 200))
    return picture.convert(mode)


def encoded(picture: Image.Image, format: str, **settings: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format, **settings)
    return buffer.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """EXIF with a camera, a place, and a comment."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = TEXT
    tags.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 30.5), 3: "E", 4: (16.0, 22.0, 12.5)})
    tags.get_ifd(0x8769).update({0x9286: b"ASCII\0\0\0" + MARKER})
    return tags


def xmp() -> bytes:
    about = f"<rdf:Description dc:creator='{TEXT}'/>"
    return f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF>{about}</rdf:RDF></x:xmpmeta>".encode()


def profile() -> bytes:
    """A colour profile that is not sRGB by name, with the marker behind it."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made.replace(b"s\0R\0G\0B", b"x\0R\0G\0B") + MARKER


def segment(marker: int, content: bytes) -> bytes:
    """A JPEG segment."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def chunk(name: bytes, content: bytes) -> bytes:
    """A PNG chunk."""
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def telling(format: str, orientation: int = 1) -> bytes:
    """A picture with everything in it that its format has room for, and bytes behind its end."""
    if format == "JPEG":
        return _telling_jpeg(orientation)
    if format == "PNG":
        return _telling_png(orientation)
    if format == "GIF":
        return encoded(drawn(mode="P"), "GIF", comment=MARKER * 20) + MARKER
    if format == "BMP":
        return encoded(drawn(), "BMP") + MARKER
    given = {"exif": exif(orientation), "xmp": xmp(), "icc_profile": profile()}
    return encoded(drawn(), format, **given) + MARKER


def _telling_jpeg(orientation: int) -> bytes:
    given = {"exif": exif(orientation), "icc_profile": profile(), "comment": MARKER}
    plain = encoded(drawn(), "JPEG", xmp=xmp(), quality=90, **given)
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", 26) + b"\x1c\x02\x50\0\x15"
    extra = segment(0xED, iptc + MARKER) + segment(0xEC, MARKER) + segment(0xEF, MARKER)
    return plain[:2] + extra + plain[2:] + MARKER


def _telling_png(orientation: int) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", TEXT)
    info.add_text("Comment", TEXT * 40, zip=True)
    info.add_itxt("XML:com.adobe.xmp", xmp().decode())
    given = {"exif": exif(orientation), "icc_profile": profile(), "pnginfo": info}
    plain = encoded(drawn(), "PNG", **given)
    return plain[:33] + chunk(b"prVt", MARKER) + plain[33:] + chunk(b"juNk", MARKER) + MARKER


def moving(format: str, count: int = 6, **settings: Any) -> bytes:
    """An animation whose frames all differ, with a time of its own for each."""
    frames = [drawn() for _ in range(count)]
    for number, frame in enumerate(frames):
        colour = (9, 200, number % 256)
        ImageDraw.Draw(frame).rectangle((number % 8 * 9, 20, number % 8 * 9 + 8, 40), fill=colour)
    times = [(number + 1) * 20 for number in range(count)]
    given = {"duration": times, "loop": 2} | settings
    return encoded(frames[0], format, save_all=True, append_images=frames[1:], **given)


def secrets_in(picture: bytes) -> list[str]:
    """What a served picture tells beside its pixels, in words; it should be nothing."""
    with Image.open(io.BytesIO(picture)) as opened:
        opened.load()
        words = {"exif", "xmp", "icc_profile", "comment", "photoshop", "XML:com.adobe.xmp"}
        found = [str(key) for key in opened.info if key in words or isinstance(key, bytes)]
        found += list(getattr(opened, "text", {}))
        found += [f"EXIF {tag}" for tag in opened.getexif()]
    marked = MARKER in picture or TEXT.encode("utf-16-le") in picture
    return found + (["the marker"] if marked else [])


def frames_of(picture: bytes) -> list[tuple[Image.Image, float]]:
    """Every frame as it is shown, and for how many milliseconds."""
    with Image.open(io.BytesIO(picture)) as opened:
        frames = []
        for number in range(getattr(opened, "n_frames", 1)):
            opened.seek(number)
            frames.append((opened.convert("RGBA"), float(opened.info.get("duration") or 0)))
        return frames
