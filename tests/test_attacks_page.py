"""`docs/attacks.md` names a test for every attack, and each of them exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "attacks.md").read_text()
NAMED = re.compile(r"`(tests/[\w/]+\.py)?::(\w+)`")


def named() -> list[tuple[str, str]]:
    """File and test; a name without a file is in the file named before it."""
    found, file = [], ""
    for given, name in NAMED.findall(PAGE):
        file = given or file
        found.append((file, name))
    return found


def test_every_row_is_there_and_names_a_test() -> None:
    rows = dict(re.findall(r"^\| (A\d+) \|(.*)$", PAGE, re.MULTILINE))
    assert list(rows) == [f"A{number}" for number in range(1, 25)]
    assert all(NAMED.search(row) for row in rows.values())


def test_every_test_that_is_named_exists() -> None:
    assert len(named()) > 50
    for file, name in named():
        text = (ROOT / file).read_text()
        assert re.search(rf"^(async )?def {name}\(", text, re.MULTILINE), (file, name)
