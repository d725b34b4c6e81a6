"""What a page says of itself: its title and description, as plain text.

The parser of the standard library takes half a minute for 256 KiB of `<!--`. Here every pattern is
possessive and goes on where the last one ended, so the time grows with the page and no faster.
"""

from __future__ import annotations

import codecs
import html
import re
from typing import NamedTuple

TITLE, DESCRIPTION, SITE = 200, 400, 80

_PIECE = re.compile(r"<!--|</head|<body|<(?P<tag>title|meta|script|style)(?=[\s/>])", re.I)
_REST_OF_TAG = re.compile(r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]{1,40})\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""")
_DECLARED = re.compile(rb"<meta[^>]{1,200}charset\s*=\s*[\"']?\s*([a-z0-9_.:-]{2,32})", re.I)
_TEXTUAL = re.compile(
    r"ascii|utf-8|utf-16(-[lb]e)?|iso8859-\d{1,2}|cp(125\d|866|874|932|949)|koi8-[ru]|shift_jis"
    r"|euc_(jp|kr)|iso2022_jp|gb2312|gbk|gb18030|big5|mac-roman|tis-620"
)
_WANTED = {
    "og:title": "title",
    "twitter:title": "title",
    "og:description": "description",
    "twitter:description": "description",
    "description": "description",
    "og:site_name": "site",
}
_CLOSING = {tag: re.compile(f"</{tag}", re.I) for tag in ("title", "script", "style")}
# White space and what cannot be seen, or turns the direction of what follows.
_INVISIBLE = re.compile("[\x00-\x20\x7f-\xa0\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffd]+")


class Page(NamedTuple):
    """Empty strings stand for what the page does not say."""

    title: str
    description: str
    site: str


def read_page(body: bytes, charset: str | None) -> Page:
    """Never fails: whatever cannot be read is not there."""
    said = _said(body.decode(_encoding(body, charset), "replace"))
    return Page(
        _plain(said.get("title") or said.get("tag", ""), TITLE),
        _plain(said.get("description", ""), DESCRIPTION),
        _plain(said.get("site", ""), SITE),
    )


def _said(page: str) -> dict[str, str]:
    """The first of each thing that the head says, as it is written there; `tag` is the title's own
    tag. What is not closed ends the page."""
    said: dict[str, str] = {}
    position = 0
    while (piece := _PIECE.search(page, position)) is not None:
        tag = (piece["tag"] or "").lower()
        if tag == "meta":
            position = _read_meta(page, piece.end(), said)
        elif tag:
            position = _read_content(page, piece.end(), tag, said)
        elif piece[0] == "<!--":
            position = _after(page, "-->", piece.end())
        else:
            break
        if position < 0:
            break
    return said


def _read_meta(page: str, start: int, said: dict[str, str]) -> int:
    rest = _REST_OF_TAG.match(page, start)
    if rest is None:
        return -1
    given: dict[str, str] = {}
    for attribute, *values in _ATTRIBUTE.findall(rest[0]):
        given.setdefault(attribute.lower(), "".join(values))
    name = (given.get("property") or given.get("name", "")).strip().lower()
    if name in _WANTED and given.get("content", "").strip():
        said.setdefault(_WANTED[name], given["content"])
    return rest.end()


def _read_content(page: str, start: int, tag: str, said: dict[str, str]) -> int:
    """Of a title; scripts and styles are passed over, whatever stands in them."""
    rest = _REST_OF_TAG.match(page, start)
    end = _CLOSING[tag].search(page, rest.end()) if rest else None
    if rest is None or end is None:
        return -1
    if tag == "title":
        said.setdefault("tag", page[rest.end() : end.start()])
    return end.end()


def _after(page: str, ending: str, start: int) -> int:
    found = page.find(ending, start)
    return found + len(ending) if found >= 0 else -1


def _encoding(body: bytes, charset: str | None) -> str:
    """A byte order mark, then the header, then the page decides; only encodings of text count."""
    for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16")):
        if body.startswith(mark):
            return name
    declared = _DECLARED.search(body[:4096])
    said = charset, declared[1].decode() if declared else None
    return next(filter(None, map(_known, said)), "utf-8")


def _known(charset: str | None) -> str | None:
    try:
        found = codecs.lookup(charset or "").name
    except (LookupError, ValueError):
        return None
    if found in ("ascii", "iso8859-1"):
        return "cp1252"  # as every browser reads these
    return found if _TEXTUAL.fullmatch(found) else None


def _plain(text: str, longest: int) -> str:
    """On one line, and not longer than this."""
    text = _INVISIBLE.sub(" ", html.unescape(text[: longest * 16])).strip()
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
