"""Whatever the bytes are, reading ends soon, takes little memory and never raises."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contacts.files import Broken, Card, read
from tests.cheapness import costs_less

SIZE = 100_000


def repeated(piece: bytes, size: int = SIZE) -> bytes:
    return (piece * (size // len(piece) + 1))[:size]


HEADER = b"Name,Phone\r\n"
CARD = b"BEGIN:VCARD\r\n"
ROWS = [
    *(b'"', b'"\n', b'""', b'a"', b'"a\n', b'x","y\n', b'x","y"z\n', b'"x"y\n', b",", b"\n", b"\r"),
    *(
        b"\0",
        b"\xff",
        b"\x80\n",
        b"\xe4\n",
        b"a\xe4b,\n",
        b"\x1b$B",
        b"=1,'\n",
        b":::",
        b";",
        b"\t\t\n",
    ),
    b"'" * 50 + b"=",
]
CARDS = [
    *(
        CARD,
        b"AGENT:\r\n" + CARD,
        b"END:VCARD\n",
        CARD + b"END:VCARD\n",
        b"TEL:1\n",
        b"TEL;",
        b"TEL;a=",
    ),
    *(
        b'TEL;"',
        b'TEL;"":',
        b'TEL;":',
        b"a",
        b"a.",
        b"-",
        b" ",
        b"\n ",
        b"\t\r\n",
        b"N:;\\;",
        b"FN:\\",
    ),
    *(
        b"=\n",
        b"N;QUOTED-PRINTABLE:=\n",
        b"N;ENCODING=QUOTED-PRINTABLE:=D0=\n=",
        b"TEL:%",
        b"EMAIL:@\n",
    ),
    b"N;CHARSET=zlib:x\n",
]
WHOLE = [
    *(b"\xff\xfe", b"\xfe\xff\xd8\x00", b"a\0", b"\0a", b"\xef\xbb\xbf", b"PK\x03\x04"),
    *(b"E-mail ", b"phone,", b"a\x80", b"\xd0", b"\xa4\xa2"),
]
FILES = (
    [HEADER + repeated(piece) for piece in ROWS]
    + [HEADER + b'"' + repeated(piece) for piece in ROWS]
    + [CARD + repeated(piece) for piece in CARDS]
    + [CARD + b"TEL;TYPE=" + repeated(piece) for piece in CARDS]
    + [repeated(piece) for piece in ROWS + CARDS + WHOLE]
)


def consume(data: bytes, name: str = "a.csv", region: str | None = "DE") -> int:
    count = 0
    for entry in read(data, name, region):
        assert isinstance(entry, Card | Broken)
        count += 1
    return count


@pytest.mark.parametrize("data", FILES, ids=lambda data: repr(data[:40]))
def test_hostile_files_cost_time_by_their_size(data: bytes) -> None:
    """100 KB of what makes naive readers quadratic: 50 ms for 10 KB would be the most."""
    assert costs_less(0.5, lambda: consume(data))


@given(st.binary(max_size=2000), st.sampled_from(["a.csv", "a.vcf"]), st.sampled_from(["RU", None]))
@example(b"\xef\xbb\xbf", "a.vcf", None)
@settings(max_examples=150)
def test_any_bytes_are_read(data: bytes, name: str, region: str | None) -> None:
    consume(data, name, region)


PIECES = sorted({*ROWS, *CARDS, *WHOLE, HEADER, CARD, b"+49 30 1", b"\r\n", "ß,я,名".encode()})


@given(st.lists(st.sampled_from(PIECES), max_size=60), st.sampled_from(["a.csv", "a.vcf"]))
@settings(max_examples=150)
def test_any_mixture_is_read(pieces: list[bytes], name: str) -> None:
    data = b"".join(pieces)
    entries = list(read(data, name, "JP"))
    assert [entry.ref for entry in entries] == list(range(1, len(entries) + 1))


def peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def hostile_rows(count: int) -> bytes:
    kinds = [
        b"Ann,a@b,+49 30 1\n",
        b'"Ann,x\n',
        b"\0,\xff,=1\n",
        b"," * 50 + b"\n",
        b'"a"b,:::,1:::2\n',
    ]
    rows = (kinds[number % len(kinds)] for number in range(count))
    return b"Name,E-mail 1 - Value,Phone 1 - Value\n" + b"".join(rows)


def test_a_hundred_thousand_hostile_rows_have_an_outcome_each() -> None:
    counts: list[int] = []
    assert costs_less(10, lambda: counts.append(consume(hostile_rows(100_000))))
    assert counts[-1] > 50_000


def test_more_rows_take_no_more_memory() -> None:
    few, many = hostile_rows(2_000), hostile_rows(10_000)
    assert peak(lambda: consume(many)) < peak(lambda: consume(few)) + (1 << 20)


LONG = b"a" * 199 + b"\n"


@pytest.mark.parametrize(
    "data",
    [
        HEADER + repeated(b",", 10_000_000),
        HEADER + b'"' + repeated(LONG, 3_000_000),
        HEADER + repeated(b"a", 10_000_000),
        CARD + b"TEL:" + repeated(b"1", 10_000_000),
        CARD + b"PHOTO:" + repeated(b"A", 10_000_000),
        CARD + repeated(b"TEL:1\r\n", 100_000),
    ],
    ids=["columns", "quote", "cell", "number", "photo", "numbers"],
)
def test_one_huge_entry_is_no_more_than_broken(data: bytes) -> None:
    """Its line is read once, and the row at most."""
    assert peak(lambda: consume(data)) < 25 << 20


def test_one_card_of_too_many_numbers_is_broken() -> None:
    data = CARD + b"TEL:1\n" * 101 + b"END:VCARD\n" + CARD + b"TEL:2\nEND:VCARD\n"
    first, second = read(data, "a.vcf", None)
    assert first == Broken(1, 1, "too_many")
    assert second == Card(2, 104, "", ["2"], [])
