"""Links in texts, and what pages say of themselves."""

from __future__ import annotations

import pytest

from chat.previews.links import first_link
from chat.previews.pages import read_page
from tests.cheapness import costs_less


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("http://a.example", "http://a.example"),
        ("see HTTPS://A.example/x?y=1#z.", "HTTPS://A.example/x?y=1#z"),
        ("(http://a.example/x)", "http://a.example/x"),
        ("http://a.example/x_(y)", "http://a.example/x_(y)"),
        ("[it](http://a.example/x), and http://b.example", "http://a.example/x"),
        ("<http://a.example/x>", "http://a.example/x"),
        ('"http://a.example/x"!', "http://a.example/x"),
        ("http://a.example/ü?ß…", "http://a.example/ü?ß"),
        ("two\nhttp://a.example\nlines", "http://a.example"),
        ("ftp://a.example http://b.example", "http://b.example"),
        ("xhttp://a.example", None),
        ("http://", None),
        ("http:// a.example", None),
        ("javascript://a.example/%0aalert(1)", None),
        ("view-source:http://a.example", None),
        ("a.example", None),
        ("http://a.example/" + "x" * 2048, None),
        ("http://a" + ")" * 15_000, None),
        ("", None),
    ],
)
def test_the_first_link_of_a_text(text: str, link: str | None) -> None:
    assert first_link(text) == link


XSS = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("body", "title", "description", "site_name"),
    [
        ("<title>A &amp; B&nbsp;&#128077;</title>", "A & B 👍", "", ""),
        ("<TITLE lang='de'>\n Many\t\n spaces </TITLE>", "Many spaces", "", ""),
        ("<title>One</title><title>Two</title>", "One", "", ""),
        ("<title>T</title><meta property='og:title' content='O'>", "O", "", ""),
        ("<title>T</title><meta property='og:title' content=' '>", "T", "", ""),
        (
            '<meta content="D\'s &quot;own&quot;" name=description><title>T</title>',
            "T",
            'D\'s "own"',
            "",
        ),
        ("<title>T</title><meta property=og:site_name content='S'/>", "T", "", "S"),
        ("<title>T</title><META NAME='Description' CONTENT='D'>", "T", "D", ""),
        (
            "<title>T</title><meta name=description content=d>"
            "<meta property='og:description' content=o>",
            "T",
            "d",
            "",
        ),
        ("<!-- <title>no</title> --><title>T</title>", "T", "", ""),
        ("<script>'<title>no</title>'</script><title>T</title>", "T", "", ""),
        ("<style><title>no</title></style><title>T</title>", "T", "", ""),
        ("</head><title>no</title>", "", "", ""),
        ("<body><svg><title>no</title></svg>", "", "", ""),
        ("<title>never closed", "", "", ""),
        ("<title>T</title><meta name=description content='never closed", "T", "", ""),
        ("<title>T</title><meta name=description content='a > b'>", "T", "a > b", ""),
        (f"<title>{XSS}</title>", XSS, "", ""),
        (f"<title>T</title><meta name=description content='{XSS}'>", "T", XSS, ""),
        ("<title>a\u202egnp.exe\u200f\x07b</title>", "a gnp.exe b", "", ""),
        ("<title>&#0;&#xD800;&#x202e;x</title>", "x", "", ""),
        ("<titles>no</titles><title>T</title>", "T", "", ""),
    ],
)
def test_what_a_page_says(body: str, title: str, description: str, site_name: str) -> None:
    said = read_page(body.encode(), None)
    assert (said.title, said.description, said.site) == (title, description, site_name)


def test_texts_are_cut() -> None:
    long = read_page(
        f"<title>{'x' * 999}</title><meta name=description content='{'y ' * 999}'>".encode(), None
    )
    assert long.title == "x" * 199 + "…"
    assert len(long.description) == 400


@pytest.mark.parametrize(
    ("encoding", "header", "meta"),
    [
        ("utf-8", None, ""),
        ("utf-8", "utf-8", ""),
        ("utf-8-sig", "iso-8859-1", ""),
        ("utf-16", None, ""),
        ("iso-8859-1", "iso-8859-1", ""),
        ("cp1252", "ISO-8859-1", ""),
        ("cp1252", None, "<meta charset=windows-1252>"),
        (
            "iso-8859-15",
            None,
            '<meta http-equiv=Content-Type content="text/html; charset=iso-8859-15">',
        ),
        ("utf-8", "nonsense", "<meta charset='utf-8'>"),
    ],
)
def test_a_page_is_read_in_its_encoding(encoding: str, header: str | None, meta: str) -> None:
    body = f"{meta}<title>Größe</title>".encode(encoding)
    assert read_page(body, header).title == "Größe"


@pytest.mark.parametrize("text", ["Привет", "日本語の題名"])
def test_other_scripts_too(text: str) -> None:
    for encoding in ("utf-8", "koi8-r" if text[0] == "П" else "shift_jis"):
        assert read_page(f"<title>{text}</title>".encode(encoding), encoding).title == text


@pytest.mark.parametrize(
    "charset",
    ["zlib", "hex", "rot13", "idna", "punycode", "unicode_escape", "utf-7", "\x00", "x" * 999],
)
def test_only_encodings_of_text_are_used(charset: str) -> None:
    assert (
        read_page("<title>Größe \\u0041+AEE-</title>".encode(), charset).title
        == "Größe \\u0041+AEE-"
    )


def test_a_wrong_encoding_breaks_letters_only() -> None:
    assert read_page("<title>Größe</title>".encode("latin-1"), "utf-8").title == "Gr e"


PIECES = [
    b"<!--", b"<", b"</", b"<a ", b"<meta ", b'<meta a="', b"<meta a='b' ", b"<title>", b"'\"",
    b"<![CDATA[", b"<!DOCTYPE ", b"<?", b"&#", b"&amp", b"<script>", b"</title", b"<meta charset",
    b"<style>x</", b"<meta =", b"<meta a=b ", b"<title>&", b"a" * 99, b" " * 99, b"<meta charset ",
    b"<title/",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("start", [b"", b"<meta ", b"<title>"])
def test_half_a_megabyte_of_nonsense_is_read_in_a_moment(piece: bytes, start: bytes) -> None:
    """Time that grows with the square of the size would be minutes."""
    page = start + piece * (512 * 1024 // len(piece))
    assert costs_less(1.5, lambda: read_page(page, None))
