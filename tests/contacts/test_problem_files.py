"""What could not be imported comes back as a file that can be, once it is corrected."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.files import Card, Rejected, read, write_problems


def there_and_back(*entries: Rejected) -> list[Card]:
    found = list(read("".join(write_problems(entries)).encode(), "problems.csv", None))
    assert all(isinstance(entry, Card) for entry in found)
    return [entry for entry in found if isinstance(entry, Card)]


def test_entries_come_back_as_they_were() -> None:
    first = Rejected('Åse, "the" \'Ndrangheta', ["+47 1", "030/12", "x", "y"], ["a@b"], 7, "why")
    last = Rejected("", [], ["@", "b", "c"], None, "why not")
    back = there_and_back(first, last)
    assert [(card.name, card.phones, card.emails) for card in back] == [
        (first.name, first.phones, first.emails),
        (last.name, last.phones, last.emails),
    ]
    assert [card.ref for card in back] == [1, 2]


@pytest.mark.parametrize(
    "sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'="]
)
def test_no_spreadsheet_runs_a_cell(sign: str) -> None:
    value = f"{sign}1+1|'/C calc'!A0"
    text = "".join(write_problems([Rejected(value, [value], [value], 1, value)]))
    _, *rows = csv.reader(text.removeprefix("\ufeff").splitlines(keepends=True))
    assert all(cell[:1] in ("'", "1", "") for row in rows for cell in row)
    (card,) = there_and_back(Rejected(value, [value], [value], 1, value))
    assert (card.name, card.phones, card.emails) == (
        value.strip(),
        [value.strip()],
        [value.strip()],
    )


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r:"), max_size=30)
cells = words.map(str.strip).filter(bool)


@given(words, st.lists(cells, max_size=6), st.lists(cells, max_size=6))
def test_any_text_comes_back(name: str, phones: list[str], emails: list[str]) -> None:
    (card,) = there_and_back(Rejected(name, phones, emails, 1, "why"))
    assert card.name == " ".join(name.split())
    assert (card.phones, card.emails) == (phones, emails)
