"""Kinds of files that their first bytes tell for certain."""

from __future__ import annotations

from typing import Literal

Format = Literal["JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF"]

_BITMAP_HEADERS = {12, 40, 52, 56, 64, 108, 124}
_MACH_O = {
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
}
_PLAIN: list[tuple[bytes, str]] = [
    (b"%PDF-", "application/pdf"),
    (b"%!PS", "application/postscript"),
    (b"\x7fELF", "application/x-elf"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"{\\rtf", "application/rtf"),
    (b"OggS", "application/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"\x00asm", "application/wasm"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
]
_BRANDS = {
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"msf1": "image/heif-sequence",
}


def picture_format(head: bytes) -> Format | None:
    """The format of a picture that we open, or None. Such a file is that picture or a broken one,
    and nothing else: no other kind of file begins like this."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if _is_bitmap(head):
        return "BMP"
    return "AVIF" if _is_avif(head) else None


def _is_bitmap(head: bytes) -> bool:
    """`BM` alone may begin a letter; the size of the header that follows may not."""
    header = int.from_bytes(head[14:18], "little")
    return head[:2] == b"BM" and head[6:10] == bytes(4) and header in _BITMAP_HEADERS


def _is_avif(head: bytes) -> bool:
    """Its brand is in the first box of the file, as the major one or among the compatible ones."""
    length = int.from_bytes(head[:4], "big")
    brands = [head[at : at + 4] for at in range(8, min(length, 256), 4) if at != 12]
    return head[4:8] == b"ftyp" and (b"avif" in brands or b"avis" in brands)


def binary_type(head: bytes) -> str | None:
    """The type of other files with a signature that is theirs alone."""
    for signature, kind in _PLAIN:
        if head.startswith(signature):
            return kind
    return _executable(head) or _media(head)


def _executable(head: bytes) -> str | None:
    if head[:4] in _MACH_O:
        return "application/x-mach-binary"
    if head[:4] == b"\xca\xfe\xba\xbe":  # Java classes too; their version is greater than any count
        few = int.from_bytes(head[4:8], "big") < 40
        return "application/x-mach-binary" if few else "application/java-vm"
    if head[:2] != b"MZ":
        return None
    at = int.from_bytes(head[60:64], "little")
    is_portable = head[at : at + 4] == b"PE\0\0"
    return "application/vnd.microsoft.portable-executable" if is_portable else _old_executable(head)


def _old_executable(head: bytes) -> str | None:
    """A letter may begin with MZ, but has no zero bytes."""
    return "application/x-dosexec" if b"\0" in head[:64] else None


def _media(head: bytes) -> str | None:
    if head[:4] == b"RIFF":
        return {b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"):
        return "audio/mpeg"
    return None
