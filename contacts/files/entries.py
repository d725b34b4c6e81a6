"""What a file brings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """One person of the file, with numbers and addresses as they were written.

    `ref` counts data rows or cards from 1, broken ones too. `line` is the line at which it begins,
    from 1. All of the rest may be empty.
    """

    ref: int
    line: int
    name: str
    phones: list[str]
    emails: list[str]


@dataclass(frozen=True, slots=True)
class Broken:
    """A row or card that cannot be read; the others can.

    `reason` is one of `unclosed_quote` (a cell of the CSV never ends), `no_end` (a card is cut
    off), `too_large`, `too_many` (numbers or addresses) and `no_columns` (nothing in the file can
    be told to be a number or an address).
    """

    ref: int
    line: int
    reason: str


MOST_VALUES = 100
"""Numbers or addresses of one entry."""
LONGEST_NAME = 500
LONGEST_VALUE = 320  # one more than any number or address that is taken, by far
LARGEST = 1 << 20  # characters of one row


def card(ref: int, line: int, name: str, phones: list[str], emails: list[str]) -> Card | Broken:
    """What was found, within limits."""
    if len(phones) > MOST_VALUES or len(emails) > MOST_VALUES:
        return Broken(ref, line, "too_many")
    return Card(ref, line, name, phones, emails)


def one_line(text: str) -> str:
    """A name without line breaks, repeated blanks and what no screen shows."""
    return " ".join(text.replace("\0", "").split())[:LONGEST_NAME]


def joined(family: str, *others: str) -> str:
    """A name from its parts: the family name last, but first and without blanks in the
    scripts of China, Japan and Korea."""
    if family and "\u3040" <= family[0] <= "\ud7a3":
        return one_line("".join((family, *others)))
    return one_line(" ".join((*others, family)))
