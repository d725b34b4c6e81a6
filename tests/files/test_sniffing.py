"""What a file is, by its content."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from project.files.inspection.signatures import picture_format
from project.files.inspection.sniffing import HEAD, UNKNOWN, head_of, sniff
from tests.cheapness import costs_less
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
    tarred,
)
from tests.files.pictures import FORMATS, drawn, encoded

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXE = "application/vnd.microsoft.portable-executable"
CASES: list[tuple[str, bytes]] = [
    ("text/plain", b"Dear Bob,\nhow are you?\n"),
    ("text/plain", "\ufeffGr\u00fc\u00dfe aus K\u00f6ln".encode()),
    ("text/plain", "Gr\u00fc\u00dfe".encode("utf-16")),
    ("text/plain", b"<3 you"),
    ("text/plain", b"MZ is how it begins\n"),
    ("text/plain", b"BM and FC played today\n"),
    ("text/plain", b"a = 1\nb = 2\n"),
    ("text/plain", b"{not json}"),
    ("text/csv", b"name,age\nAda,36\nBob,41\n"),
    ("text/csv", b"a;b;c\r\n1;2;3\r\n4;5;6\r\n"),
    ("application/json", b'{"a": [1, 2, {"b": null}]}'),
    ("application/json", b" [1, 2]\n"),
    ("text/calendar", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"),
    ("text/vcard", b"BEGIN:VCARD\r\nVERSION:4.0\r\n"),
    ("text/html", HTML),
    ("text/html", b"\xef\xbb\xbf  \n<!-- hello --><ScRiPt>alert(1)</script>"),
    ("text/html", b"<img src=x onerror=alert(1)>"),
    ("text/html", "<html><body>".encode("utf-16")),
    ("image/svg+xml", SVG),
    ("image/svg+xml", b"<?xml version='1.0'?>\n<!-- x -->\n" + SVG),
    ("image/svg+xml", b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + SVG),
    ("image/svg+xml", b'<s:svg xmlns:s="http://www.w3.org/2000/svg"/>'),
    ("image/svg+xml", SVG.decode().encode("utf-16")),
    ("application/xhtml+xml", b"<?xml version='1.0'?><html xmlns='x'><script/></html>"),
    ("application/xml", b"<?xml version='1.0'?><note>hello</note>"),
    ("application/pdf", PDF),
    ("application/pdf", PDF + HTML),
    (EXE, PORTABLE),
    ("application/x-dosexec", b"MZ" + bytes(100)),
    ("application/x-elf", ELF),
    ("application/x-mach-binary", MACH_O),
    ("application/x-mach-binary", b"\xca\xfe\xba\xbe\0\0\0\x02" + bytes(90)),
    ("application/java-vm", b"\xca\xfe\xba\xbe\0\0\0\x3d" + bytes(90)),
    ("text/x-script", SCRIPT),
    (UNKNOWN, SCRIPT + b"\n" * HEAD + ELF),
    ("application/zip", archive({"a.txt": b"hello"})),
    ("application/zip", nested_bomb(2, 3)),
    (WORD, office("word")),
    ("application/epub+zip", archive({"mimetype": b"application/epub+zip", "a": b"b"})),
    ("application/vnd.oasis.opendocument.text",
     archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"})),
    ("application/zip", archive({"mimetype": b"text/html", "index.html": HTML})),
    ("application/java-archive", archive({"META-INF/MANIFEST.MF": b"x", "A.class": b"y"})),
    ("application/gzip", gzipped(b"hello")),
    ("application/x-tar", tarred(a=b"hello")),
    ("image/heic", HEIC),
    ("image/tiff", TIFF),
    ("video/mp4", b"\0\0\0\x18ftypisom" + bytes(60)),
    ("audio/wav", b"RIFF\x24\0\0\0WAVEfmt " + bytes(30)),
    ("audio/mpeg", b"ID3\x04" + bytes(30)),
    (UNKNOWN, b"\x00\x01\x02\x03 nothing that anybody knows"),
    (UNKNOWN, b"\xe9t\xe9"),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "content"), CASES)
def test_the_content_tells_the_type(wanted: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "holiday.png"
    path.write_bytes(content)
    assert sniff(path) == wanted
    assert picture_format(content) is None


@pytest.mark.parametrize("format", FORMATS)
def test_pictures_are_known_by_their_first_bytes(format: str, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(encoded(drawn(), format))
    assert picture_format(head_of(path)) == format


def test_a_long_text_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "file"
    text = "\u00e4\u00f6\u00fc\u20ac\U0001f600 words\n" * 200_000
    path.write_text(text)
    assert sniff(path) == "text/plain"
    path.write_bytes(text.encode() + b"\0")
    assert sniff(path) == UNKNOWN


@pytest.mark.parametrize(
    "evil",
    [b"<!--" * 20_000, b"<?" * 40_000, b"<!doctype a[" * 6000, b"<!doctype a []" * 5000,
     b" " * 70_000, b"[" * 65_000, b"PK\x03\x04" * 20_000, b'",' * 30_000, b"<!--><!-->" * 9000],
)  # fmt: skip
def test_no_beginning_takes_long_to_read(evil: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(evil)
    assert costs_less(2, lambda: sniff(path))


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode())))
@example(b"PK\x03\x04" + b"\xff" * 40)
@example(b"MZ")
@example(b"\xff\xfe")
@example(b"PK\x05\x06")
def test_any_bytes_have_a_type(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]{1,100}", sniff(path))
    picture_format(content)
