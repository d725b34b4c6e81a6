"""What kind of text a text is, by its beginning. Nothing here parses markup, so nothing expands."""

from __future__ import annotations

import codecs
import csv
import json
import re
from pathlib import Path

# Control characters that no text has: all but tab, line feed, form feed, return and escape.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Possessive, since what was skipped once is not to be tried in every other way.
_SKIPPED = re.compile(
    r"(?:\s++|<\?(?!xml-stylesheet).*?\?>|<!--.*?-->"
    r"|<!doctype\s++(?!html)[^\[>]*+(?:\[.*?\]\s*+)?>)++",
    re.DOTALL | re.IGNORECASE,
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
# As browsers do (the MIME Sniffing standard), and a few more with which scripts begin.
_HTML = re.compile(
    r"<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|img"
    r"|link|meta|object|embed|base|form|input|video|audio|template)\b",
    re.IGNORECASE,
)
_CARDS = {"BEGIN:VCARD": "text/vcard", "BEGIN:VCALENDAR": "text/calendar"}
_PARSED = _CHUNK = 1024 * 1024


def decoded(head: bytes, whole: bool) -> str | None:
    """The bytes as text, or None when they are none: UTF-8, or UTF-16 that says so. Unless they are
    the `whole` file, a character may be cut at their end."""
    try:
        text = _decoder(head).decode(head, final=whole)
    except UnicodeDecodeError:
        return None
    return None if _CONTROLS.search(text) else text.removeprefix("\ufeff")


def is_text(path: Path) -> bool:
    """Whether all of the file is text: a script may carry a program behind it."""
    decoder = None
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            decoder = decoder or _decoder(chunk)
            try:
                if _CONTROLS.search(decoder.decode(chunk)):
                    return False
            except UnicodeDecodeError:
                return False
    return True


def _decoder(head: bytes) -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder("utf-16" if head.startswith(_UTF_16) else "utf-8")()


def text_type(text: str, whole: bool) -> str:
    """The type of a text that begins so. Texts that only their reader can tell apart, source code
    say, are all plain."""
    if text.startswith("#!"):
        return "text/x-script"
    skipped = _SKIPPED.match(text)
    body = text[skipped.end() :] if skipped else text
    if body.startswith("<"):
        return _markup_type(body, is_xml=text.lstrip().startswith("<?xml"))
    for begin, kind in _CARDS.items():
        if body.startswith(begin):
            return kind
    if whole and _is_json(body):
        return "application/json"
    return "text/csv" if _is_table(body) else "text/plain"


def _markup_type(body: str, is_xml: bool) -> str:
    root = _ROOT.match(body)
    if root and root[1].lower() == "svg":
        return "image/svg+xml"
    if root and root[1].lower() == "html" and is_xml:
        return "application/xhtml+xml"
    if _HTML.match(body):
        return "text/html"
    return "application/xml" if is_xml else "text/plain"


def _is_json(text: str) -> bool:
    """An object or an array; a number or a word alone is not worth a type."""
    if not text.startswith(("{", "[")) or len(text) > _PARSED:
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_table(text: str) -> bool:
    """Rows of one length, at least three, of two columns or more."""
    lines = text.splitlines()[:20]
    return any(_is_divided(lines, by) for by in ",;\t")


def _is_divided(lines: list[str], by: str) -> bool:
    try:
        widths = {len(row) for row in csv.reader(lines, delimiter=by, strict=True)}
    except csv.Error:
        return False
    return len(lines) >= 3 and len(widths) == 1 and widths.pop() >= 2
