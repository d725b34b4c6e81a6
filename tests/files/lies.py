"""Files that are not what they are said to be: a thousand from one seed, always the same."""

from __future__ import annotations

import hashlib
import random
import struct
import zlib
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from tests.files.documents import (
    ELF,
    HEIC,
    HTML,
    MACH_O,
    PDF,
    PORTABLE,
    SCRIPT,
    SVG,
    TIFF,
    archive,
    gzipped,
    nested_bomb,
    office,
)
from tests.files.pictures import FORMATS, MARKER, chunk, drawn, encoded, moving, segment, telling

SEED = 20_000
COUNT = 1_000
PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml", "image/x-odd"]
OTHERS = [
    "text/plain",
    "application/pdf",
    "application/octet-stream",
    "text/html",
    "application/zip",
    "video/mp4",
    "application/x-nothing",
]
PHP = b"<?php system($_GET['c']); ?>" + MARKER
LAUGHS = (
    b"<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'ha'>"
    + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><l>&j;</l>"
)


class Lie(NamedTuple):
    """What is uploaded, what is said of it, and what may become of it: `ready`, or reasons to
    reject it."""

    kind: str
    content: bytes
    content_type: str
    may_be: set[str]
    size: int | None = None
    sha256: str = ""


Maker = Callable[[random.Random], Lie]
MAKERS: list[tuple[int, Maker]] = []


def often(weight: int) -> Callable[[Maker], Maker]:
    def add(maker: Maker) -> Maker:
        MAKERS.append((weight, maker))
        return maker

    return add


@cache
def lies(count: int = COUNT, seed: int = SEED) -> list[Lie]:
    """Not to be changed: all who ask get the same list."""
    chance = random.Random(seed)
    weights, makers = zip(*MAKERS, strict=True)
    chosen = chance.choices(makers, weights, k=count)
    return [maker(chance) for maker in chosen]


def said_to_be(chance: random.Random) -> tuple[str, set[str]]:
    """A type for something that is no picture, and what becomes of it."""
    if chance.random() < 0.5:
        return chance.choice(PICTURES), {"not_an_image", "unsupported_image"}
    return chance.choice(OTHERS), {"ready"}


@cache
def sample(format: str, flavour: str) -> bytes:
    if flavour == "telling":
        return telling(format, orientation=6)
    if flavour == "moving":
        return moving(format) if format not in ("JPEG", "BMP") else telling(format)
    return encoded(drawn(), format)


def any_sample(chance: random.Random) -> bytes:
    return sample(chance.choice(FORMATS), chance.choice(["plain", "telling", "moving"]))


@often(12)
def executable(chance: random.Random) -> Lie:
    kinds = [PORTABLE, ELF, MACH_O, SCRIPT, b"MZ" + bytes(90), b"\xca\xfe\xba\xbe\0\0\0\x41" + PHP]
    content_type, may_be = said_to_be(chance)
    return Lie("executable", chance.choice(kinds) + MARKER, content_type, may_be)


@often(12)
def active_text(chance: random.Random) -> Lie:
    texts = [HTML, b"\n\n<!-- a -->" + HTML, b"<script>alert(1)</script>", LAUGHS, PHP]
    texts += [b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", b"alert(1)"]
    content_type, may_be = said_to_be(chance)
    return Lie("active text", chance.choice(texts), content_type, may_be)


@often(6)
def vector(chance: random.Random) -> Lie:
    content = chance.choice([b"", b"<?xml version='1.0'?>\n"]) + SVG
    content_type = chance.choice(PICTURES + OTHERS)
    refused = content_type.startswith("image/") and content_type != "image/svg+xml"
    return Lie("svg", content, content_type, {"not_an_image"} if refused else {"ready"})


@often(8)
def document(chance: random.Random) -> Lie:
    kinds = [PDF, PDF + HTML, HEIC, TIFF, office("xl"), archive({"a.html": HTML}), gzipped(HTML)]
    kinds += [b"plain words", b'{"a": 1}', "\u202egnp.exe".encode(), bytes(50), b"\xff\xfe\x00"]
    content_type, may_be = said_to_be(chance)
    return Lie("document", chance.choice(kinds), content_type, may_be)


@cache
def archive_bombs() -> list[bytes]:
    return [nested_bomb(3, 6), gzipped(bytes(3_000_000)), bytes(300_000)]


@often(4)
def archive_bomb(chance: random.Random) -> Lie:
    content_type, may_be = said_to_be(chance)
    return Lie("archive bomb", chance.choice(archive_bombs()), content_type, may_be)


@often(10)
def pixel_bomb(chance: random.Random) -> Lie:
    side = chance.choice([65_535, 30_000, 7_000])
    header = struct.pack(">IIBBBBB", side, side, 8, chance.choice([0, 2, 6]), 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(bytes(10_000)))
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")
    small = chance.randrange(1, side)
    head = b"GIF89a" + struct.pack("<HHBBB", small, small, 0x80, 0, 0) + bytes(6)
    frame = b"," + struct.pack("<HHHHB", 0, 0, side, side, 0) + b"\x02\x02\x4c\x01\x00"
    many = b"," + struct.pack("<HHHHB", 0, 0, 300, 300, 0) + b"\x02\x02\x4c\x01\x00"
    wide = b"GIF89a" + struct.pack("<HHBBB", 300, 300, 0x80, 0, 0) + bytes(6)
    bitmap = b"BM" + struct.pack("<IIIIiiHHIIiiII", 99, 0, 54, 40, side, side, 1, 24, *[0] * 6)
    webp = bytearray(sample("WEBP", "moving"))
    webp[24:30] = struct.pack("<I", min(side, 16_383))[:3] * 2
    jpeg = bytearray(sample("JPEG", "plain"))
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = struct.pack(">HH", side, side)
    bombs = [png, head + frame + b";", wide + many * 4000 + b";", bitmap, bytes(webp), bytes(jpeg)]
    bomb, announced = chance.choice(bombs), chance.choice(PICTURES + OTHERS)
    # Who says that it is just bytes asks for no picture, and nobody will draw one of it.
    plain = announced == "application/octet-stream"
    return Lie("pixel bomb", bomb, announced, {"ready"} if plain else {"too_many_pixels"})


@cache
def word_bombs() -> list[bytes]:
    plain, words = sample("PNG", "plain"), b"Comment\0\0" + zlib.compress(bytes(50_000_000))
    return [plain[:33] + chunk(name, words) + plain[33:] for name in (b"zTXt", b"iCCP")]


@often(4)
def word_bomb(chance: random.Random) -> Lie:
    content = chance.choice(word_bombs())
    return Lie("word bomb", content, "image/png", {"ready", "broken_image"})


@often(14)
def polyglot(chance: random.Random) -> Lie:
    jpeg, png, gif = (sample(name, "plain") for name in ("JPEG", "PNG", "GIF"))
    script = b"/*" + MARKER + b"*/=1;alert(1);//"
    whole = [
        jpeg + archive({"a.html": HTML + MARKER}),
        jpeg + HTML + MARKER,
        jpeg[:2] + segment(0xFE, HTML + MARKER) + jpeg[2:],
        jpeg[:2] + segment(0xE1, b"Exif\0\0" + PHP) + jpeg[2:] + PHP,
        png + PDF + MARKER,
        png[:33] + chunk(b"tEXt", b"Comment\0" + HTML + MARKER) + png[33:],
        png[:33] + chunk(b"phPw", PHP) + png[33:],
        gif + script,
        gif[:-1] + b"!\xfe" + bytes([len(script)]) + script + b"\0;",
        sample("WEBP", "telling") + HTML + MARKER,
        sample("BMP", "plain") + archive({"a.exe": PORTABLE + MARKER}),
    ]
    content_type = chance.choice(PICTURES + OTHERS)
    return Lie("polyglot", chance.choice(whole), content_type, {"ready"})


@often(6)
def hollow_picture(chance: random.Random) -> Lie:
    """The beginning of a picture, and then something else."""
    heads = [b"GIF89a=1;", b"GIF89a/*", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"]
    heads += [b"RIFF\x99\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypavif\0\0\0\0mif1avif"]
    content = chance.choice(heads) + HTML + chance.randbytes(chance.randrange(60)) + MARKER
    may_be = {"broken_image", "too_many_pixels"}
    return Lie("hollow picture", content, chance.choice(PICTURES + OTHERS), may_be)


@often(16)
def telling_picture(chance: random.Random) -> Lie:
    content = sample(chance.choice(FORMATS), "telling")
    return Lie("telling picture", content, chance.choice(PICTURES + OTHERS), {"ready"})


@often(8)
def animation(chance: random.Random) -> Lie:
    content = sample(chance.choice(["GIF", "PNG", "WEBP", "AVIF"]), "moving")
    return Lie("animation", content, chance.choice(PICTURES), {"ready"})


@often(14)
def truncated(chance: random.Random) -> Lie:
    content = any_sample(chance)
    content = content[: chance.randrange(1, len(content))]
    may_be = {"ready", "broken_image", "not_an_image", "unsupported_image"}  # some lack but a tail
    return Lie("truncated", content, chance.choice(PICTURES + OTHERS), may_be)


@often(14)
def flipped(chance: random.Random) -> Lie:
    content = bytearray(any_sample(chance))
    for _ in range(chance.randrange(1, 20)):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    may_be = {"ready", "broken_image", "not_an_image", "unsupported_image", "too_many_pixels"}
    return Lie("flipped", bytes(content), chance.choice(PICTURES + OTHERS), may_be)


@often(8)
def wrong_size(chance: random.Random) -> Lie:
    content = chance.choice([b"words", sample("PNG", "plain"), b"", bytes(9000)])
    other = max(1, len(content) + chance.choice([-3, -1, 1, 7, 100_000]))
    size = other if other != len(content) else 9
    return Lie("wrong size", content, chance.choice(PICTURES + OTHERS), {"size"}, size)


@often(6)
def wrong_hash(chance: random.Random) -> Lie:
    content = chance.choice([b"words", sample("PNG", "plain"), HTML])
    sha256 = hashlib.sha256(content + b"!").hexdigest()
    may_be = {"hash"}
    return Lie("wrong hash", content, chance.choice(PICTURES + OTHERS), may_be, None, sha256)
