"""vCard 2.1, 3 and 4: the four properties that an address book is matched by.

Photos are passed over line by line and never decoded. Cards are read as they are found in the wild:
folded, in groups (`item1.TEL`), in quoted-printable with soft breaks, cut off, or without END.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from contacts.files.encodings import Decode
from contacts.files.entries import LONGEST_VALUE, MOST_VALUES, Broken, Card, card, joined, one_line

_WANTED = re.compile(
    rb"(?:[a-z0-9_-]{1,64}+\.)?(begin|end|fn|n|tel|email|agent)(?=[;:])", re.IGNORECASE
)
_EDGE = re.compile(rb"\s*(?:begin|end):vcard\s*?(?:\n|$)", re.IGNORECASE)
_NOT_FOLDED = re.compile(rb"\n(?![ \t])")
_FOLD = re.compile(rb"\r?\n[ \t]")
_BLANKS = (b" ", b"\t")
_HEAD = re.compile(rb'((?:[^":]++|"[^"]*+")*+):')
_PART = re.compile(r"(?<!\\);")
_ESCAPED = re.compile(r"\\([\\,;:nN])")
_LONGEST = 1 << 14  # bytes of one property; names and numbers are far shorter
_CHARSETS = frozenset(
    {"utf-8", "utf8", "us-ascii", "koi8-r", "koi8-u", "gb2312", "gbk", "gb18030", "big5"}
    | {"shift_jis", "euc-jp", "iso-2022-jp", "euc-kr"}
    | {f"iso-8859-{number}" for number in (1, 2, 5, 7, 9, 15)}
    | {f"windows-{number}" for number in range(1250, 1259)}
)
"""Those that writers of cards name. Others that Python knows are no texts, or slow."""
_NO_KEYS = {"FAX", "PAGER"}
"""Kinds of numbers that reach no person's account."""


_Property = tuple[int, bytes, bytes]
"""The number of its line, its name in lower case, and all of it, perhaps folded."""


class _Parameters(NamedTuple):
    kinds: frozenset[str]
    quoted: bool
    charset: str


def read_cards(data: bytes, decode: Decode) -> Iterator[Card | Broken]:
    """The cards of `data`, in UTF-8 or what `decode` makes of it."""
    cards = _Cards(decode)
    for found in _properties(data):
        entry = cards.take(found)
        if entry is not None:
            yield entry
    if cards.open:
        yield Broken(cards.ref, cards.line, "no_end")


class _Cards:
    """The card that is being read."""

    def __init__(self, decode: Decode) -> None:
        self.decode = decode
        self.ref = self.line = 0
        self.open = False
        self.clear()

    def clear(self) -> None:
        self.inner = 0  # how many cards within this one are open: those of an AGENT, who is another
        self.agent = False
        self.full = self.parts = ""
        self.phones: list[str] = []
        self.emails: list[str] = []

    def take(self, found: _Property) -> Card | Broken | None:
        """Gives the card that this property ends, if it does."""
        line, name, text = found
        if name == b"begin":
            return self._begin(line) if _EDGE.match(text) else None
        if name == b"end":
            return self._end() if _EDGE.match(text) else None
        self.agent = name == b"agent"
        if self.open and not self.inner and not self.agent:
            self._note(name, text)
        return None

    def _begin(self, line: int) -> Card | Broken | None:
        if self.open and self.agent:
            self.agent = False
            self.inner += 1
            return None
        before = self._closed(whole=False) if self.open else None
        self.clear()
        self.open = True
        self.ref += 1
        self.line = line
        return before

    def _end(self) -> Card | Broken | None:
        self.agent = False
        if not self.open:
            return None
        if self.inner:
            self.inner -= 1
            return None
        self.open = False
        return self._closed(whole=True)

    def _closed(self, *, whole: bool) -> Card | Broken:
        """A card without END before the next one counts if its lines say something."""
        if not whole and not (self.phones or self.emails):
            return Broken(self.ref, self.line, "no_end")
        name = self.full or _from_parts(self.parts)
        return card(self.ref, self.line, name, self.phones, self.emails)

    def _note(self, name: bytes, whole: bytes) -> None:
        head, _, value = whole.partition(b":")
        if b'"' in head and (found := _HEAD.match(whole)):
            head, value = found[1], whole[found.end() :]
        parameters = _parameters(head)
        text = self._text(value, parameters)
        if name == b"fn":
            self.full = self.full or one_line(_unescaped(text))
        elif name == b"n":
            self.parts = self.parts or text
        elif name == b"email":
            _add(self.emails, _unescaped(text), "mailto:")
        elif not parameters.kinds & _NO_KEYS:
            _add(self.phones, _unescaped(text), "tel:")

    def _text(self, value: bytes, parameters: _Parameters) -> str:
        value = binascii.a2b_qp(value) if parameters.quoted else _unfolded(value)
        if parameters.charset in _CHARSETS:
            return value.decode(parameters.charset, "replace").replace("\0", "")
        return self.decode(value)


def _add(values: list[str], text: str, scheme: str) -> None:
    text = text.strip()
    if text[: len(scheme)].lower() == scheme:
        text = unquote(text[len(scheme) :]).strip()
    if text and len(values) <= MOST_VALUES:  # one more tells that they are too many
        values.append(text[:LONGEST_VALUE])


def _properties(data: bytes) -> Iterator[_Property]:
    """The properties that matter, unfolded; soft breaks are left to the decoder."""
    number, start, size = 1, 0, len(data)
    while start < size:
        found = _WANTED.match(data, start)
        stop = data.find(b"\n", start) + 1 or size
        if data[stop : stop + 1] in _BLANKS or b"=" in data[stop - 3 : stop]:
            first, stop = stop, _end(data, start, stop)
            number += data.count(b"\n", first, stop)
        if found:
            yield number, found[1].lower(), data[start : min(stop, start + _LONGEST)]
        number += 1
        start = stop


def _end(data: bytes, start: int, stop: int) -> int:
    """Where the property ends whose first line goes from `start` to `stop`."""
    if _is_soft(data, stop) and b"QUOTED-PRINTABLE" in data[start : start + 256].upper():
        while _is_soft(data, stop) and not _EDGE.match(data, stop):
            stop = data.find(b"\n", stop) + 1 or len(data)
    elif data[stop : stop + 1] in _BLANKS:
        following = _NOT_FOLDED.search(data, stop)
        stop = following.end() if following else len(data)
    return stop


def _is_soft(data: bytes, stop: int) -> bool:
    """Whether the line that ends at `stop` ends in `=`, and there is another one."""
    return stop < len(data) and data[stop - 3 : stop].rstrip()[-1:] == b"="


def _unfolded(text: bytes) -> bytes:
    return _FOLD.sub(b"", text) if text.find(b"\n", 0, -1) >= 0 else text


@lru_cache(maxsize=512)
def _parameters(head: bytes) -> _Parameters:
    """Of `TEL;TYPE="home,fax"` and `TEL;HOME;FAX` alike."""
    kinds: set[str] = set()
    charset = ""
    for parameter in _unfolded(head).decode("ascii", "replace").upper().split(";")[1:]:
        key, _, value = parameter.rpartition("=")
        if key == "CHARSET":
            charset = value.strip('" ').lower()
        else:
            kinds.update(kind.strip(' "') for kind in value.split(","))
    return _Parameters(frozenset(kinds), "QUOTED-PRINTABLE" in kinds, charset)


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def _from_parts(text: str) -> str:
    """A name from `family;given;additional;prefix;suffix`."""
    family, given, additional = ([_unescaped(part) for part in _PART.split(text, 5)] + [""] * 3)[:3]
    return joined(family.strip(), given.strip(), additional.strip())
