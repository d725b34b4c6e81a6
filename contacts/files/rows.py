"""CSV of many programs: which sign parts the cells is told by the header."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from contacts.files.encodings import Decode
from contacts.files.entries import LARGEST, LONGEST_VALUE, Broken, Card, card, joined, one_line
from contacts.files.headers import Columns, columns
from contacts.files.lines import lines
from contacts.files.problems import unguarded

_QUOTED = re.compile(r'"[^"]*"')
_DELIMITERS = ",;\t|"


def read_rows(data: bytes, decode: Decode) -> Iterator[Card | Broken]:
    """The rows of `data` below its header. Rows without any content do not count."""
    source = _Lines(map(decode, lines(data)), patience=4 * len(data))
    rows = source.rows()
    header = next(rows, None)
    if header is None:
        return
    found = columns(header.cells)
    if not found.phone and not found.email:
        yield Broken(1, header.line, "no_columns")
        return
    for ref, row in enumerate((row for row in rows if row.broken or any(row.cells)), 1):
        yield Broken(ref, row.line, row.broken) if row.broken else _card(ref, row, found)


class _Row(NamedTuple):
    line: int
    cells: list[str]
    broken: str = ""


class _Lines:
    """Lines for the CSV reader of the library, which takes as many as a row needs.

    A mark of quotation that nobody closes would take in the rest of the file. So lines are kept
    until their row is whole; where it turns out not to be one, only its first line is given up and
    the others are read again. Reading again ends after `patience` characters in all, lest a hostile
    file has every line read many times.
    """

    def __init__(self, source: Iterable[str], patience: int) -> None:
        self.source = iter(source)
        self.patience = patience
        self.again: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0
        self.size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.again.popleft() if self.again else next(self.source)
        self.number += 1
        self.taken.append(line)
        self.size += len(line)
        if self.size > LARGEST:
            raise csv.Error
        return line

    def rows(self) -> Iterator[_Row]:
        first = self._header_line()
        delimiter = max(_DELIMITERS, key=_QUOTED.sub("", first).count)
        reader = csv.reader(self, delimiter=delimiter, strict=True)
        while True:
            self.taken.clear()
            self.size = 0
            start = self.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield self._broken(start, delimiter)
                reader = csv.reader(self, delimiter=delimiter, strict=True)
            else:
                if cells:
                    yield _Row(start, cells)

    def _header_line(self) -> str:
        """The first line that says something; it stays to be read. Excel's `sep=;` is no header."""
        for line in self.source:
            if line.strip() and not line.startswith("sep="):
                self.again.append(line)
                return line
            self.number += 1
        return ""

    def _broken(self, start: int, delimiter: str) -> _Row:
        size, rest = self.size, self.taken[1:]
        if len(self.taken) == 1:
            if size > LARGEST:
                return _Row(start, [], "too_large")
            return _lenient(start, self.taken[0], delimiter)
        if size <= self.patience:
            self.patience -= size
            self.again.extendleft(reversed(rest))
            self.number -= len(rest)
        return _Row(start, [], "unclosed_quote")


def _lenient(start: int, line: str, delimiter: str) -> _Row:
    """A row of one line with a mark of quotation where none belongs: `"Ann "the" Doe",…`."""
    try:
        cells = next(csv.reader([line, ""], delimiter=delimiter), [])
    except csv.Error:
        return _Row(start, [], "too_large")
    if cells and cells[-1].endswith(("\n", "\r")):
        return _Row(start, [], "unclosed_quote")
    return _Row(start, cells)


def _card(ref: int, row: _Row, found: Columns) -> Card | Broken:
    cells = row.cells
    phones = _values(cells, found.phone)
    return card(ref, row.line, _name(cells, found), phones, _values(cells, found.email))


def _values(cells: list[str], numbers: list[int]) -> list[str]:
    """All that stand in these columns; Google puts several of one kind in one cell."""
    values: list[str] = []
    for number in numbers:
        if number < len(cells) and (cell := _bare(cells[number])):
            if ":::" in cell:
                parts = [part.strip()[:LONGEST_VALUE] for part in cell.split(":::")]
                values += filter(None, parts)
            else:
                values.append(cell[:LONGEST_VALUE])
    return values


def _bare(cell: str) -> str:
    """Without what keeps spreadsheets from calculating: `="0151 23456789"` and our own sign."""
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1].strip()
    return unguarded(cell).strip()


def _name(cells: list[str], found: Columns) -> str:
    full = _first(cells, found.full)
    if full:
        return full
    parts = (_first(cells, found.family), _first(cells, found.given), _first(cells, found.middle))
    return joined(*parts) or _first(cells, found.called)


def _first(cells: list[str], numbers: list[int]) -> str:
    for number in numbers:
        if number < len(cells) and (name := one_line(unguarded(cells[number]))):
            return name
    return ""
