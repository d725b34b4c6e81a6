"""What is a link, as the page has it too."""

from __future__ import annotations

import json

import pytest

from chat.previews.links import first_link, links
from tests.conftest import ROOT

CASES = json.loads((ROOT / "tests" / "texts" / "links.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=[ascii(case["text"])[:50] for case in CASES])
def test_the_links_of_a_text(case: dict[str, object]) -> None:
    text, expected = str(case["text"]), case["links"]
    assert list(links(text)) == expected
    assert first_link(text) == next(links(text), None)
