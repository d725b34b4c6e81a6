"""Files that people bring: CSV and vCard of many programs, languages and encodings."""

from __future__ import annotations

from collections.abc import Iterator

from contacts.files.cards import read_cards
from contacts.files.encodings import as_utf8, decoder
from contacts.files.entries import Broken, Card
from contacts.files.lines import with_line_feeds
from contacts.files.problems import Rejected, write_problems
from contacts.files.rows import read_rows

__all__ = ["Broken", "Card", "Rejected", "read", "write_problems"]


def read(data: bytes, name: str, region: str | None) -> Iterator[Card | Broken]:
    """The entries of a file, one after the other, in time that is linear in its size.

    `name` is what the file is called, `region` (as `AT`) where its owner lives; both only help
    where the content leaves it open. Never raises, whatever the bytes are.
    """
    data = with_line_feeds(as_utf8(data))
    decode = decoder(data, region)
    if b"BEGIN:VCARD" in data[:4096].upper() or name.lower().endswith((".vcf", ".vcard")):
        return read_cards(data, decode)
    return read_rows(data, decode)
