"""What could not be imported, as a file that can be once it is corrected."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_PHONES = 3
_EMAILS = 2
_HEADER = (
    "Name",
    *(f"Phone {number} - Value" for number in range(1, _PHONES + 1)),
    *(f"E-mail {number} - Value" for number in range(1, _EMAILS + 1)),
    "Line",
    "Reason",
)
# Spreadsheets run what begins so (also in full width, which they turn into ASCII), and not what
# an apostrophe stands before. Numbers begin with a plus: `unguarded` takes the apostrophe off
# again, one of however many, so that every text comes back as it was.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_GUARDED = re.compile("'+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


class Rejected(NamedTuple):
    """An entry with what was wrong with it; `line` is None for entries that came in no file."""

    name: str
    phones: list[str]
    emails: list[str]
    line: int | None
    reason: str


def write_problems(entries: Iterable[Rejected]) -> Iterator[str]:
    """Lines of a CSV in the columns of Google, with a byte order mark for spreadsheets."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield "\ufeff" + writer.writerow(_HEADER)
    for entry in entries:
        cells = (
            entry.name,
            *_spread(entry.phones, _PHONES),
            *_spread(entry.emails, _EMAILS),
            "" if entry.line is None else str(entry.line),
            entry.reason,
        )
        yield writer.writerow([_guarded(cell) for cell in cells])


def unguarded(cell: str) -> str:
    """What a cell says, without the sign that keeps spreadsheets from running it."""
    return cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell


def _guarded(cell: str) -> str:
    return "'" + cell if _FORMULA.match(cell) else cell


def _spread(values: list[str], columns: int) -> list[str]:
    """One a column; the last one takes all that are left."""
    cells = [*values[: columns - 1], " ::: ".join(values[columns - 1 :])]
    return cells + [""] * (columns - len(cells))


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text
