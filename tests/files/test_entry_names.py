"""Names of files in an archive, which every system must be able to unpack."""

from __future__ import annotations

import pytest

from project.files.doors.names import entry_name

PREFIX = "120241949840592670 "


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("notes.txt", "notes.txt"),
        ('what? "a<b>": c|d*.txt', "what_ _a_b___ c_d_.txt"),
        ("ends in a dot. .", "ends in a dot"),
        ("con.txt", "con.txt"),
        (".gitignore", ".gitignore"),
    ],
)
def test_names_that_some_systems_refuse(given: str, kept: str) -> None:
    assert entry_name(PREFIX, given) == PREFIX + kept


@pytest.mark.parametrize(
    "name", ["\u5199" * 104 + ".jpeg", "\U0001f469" * 255, "x." + "\u5199" * 200]
)
def test_entries_are_of_255_bytes_at_most_and_keep_their_ending(name: str) -> None:
    entry = entry_name(PREFIX, name)
    assert 200 < len(entry.encode()) <= 255
    assert not name.endswith(".jpeg") or entry.endswith(".jpeg")
