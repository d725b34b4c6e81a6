"""Files of many kinds for tests, in a few bytes each."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile

PORTABLE = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0\x64\x86" + bytes(200)
ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\x3e\x00" + bytes(100)
MACH_O = b"\xcf\xfa\xed\xfe\x07\x00\x00\x01" + bytes(100)
SCRIPT = b"#!/bin/sh\nrm -rf /\n"
HTML = b"<!DOCTYPE html><html><script>alert(document.domain)</script></html>"
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script>'
    b'<circle r="4"/></svg>'
)
PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF"
)
HEIC = struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(50)
TIFF = b"II*\x00\x08\x00\x00\x00" + bytes(40)


def zipped(**files: bytes) -> bytes:
    """An archive of these files; `__` in a name stands for a slash."""
    return archive({name.replace("__", "/"): content for name, content in files.items()})


def archive(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as writer:
        for name, content in files.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else method
            writer.writestr(zipfile.ZipInfo(name), content, stored)
    return buffer.getvalue()


def office(root: str) -> bytes:
    return archive({"[Content_Types].xml": b"<Types/>", f"{root}/document.xml": b"<w/>"})


def nested_bomb(depth: int = 4, width: int = 8) -> bytes:
    """Archives in archives: a few kilobytes for many gigabytes."""
    inner = archive({"zeros": bytes(1_000_000)})
    for _ in range(depth):
        inner = archive({f"{number}.zip": inner for number in range(width)})
    return inner


def tarred(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as writer:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            writer.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
