"""What is highlighted, cut out as the page does it: `text.slice(start, end)` in a browser."""

from __future__ import annotations

import random
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from search.cutting import words_of
from search.highlights import Sought, spans_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEXTS = 10_000
# What is looked for, and how it may be written.
WRITTEN = {
    "strasse": ["Straße", "STRASSE", "straſſe", "ſtraẞe"],
    "office": ["oﬃce", "OFFICE", "oﬀice", "𝖔𝖋𝖋𝖎𝖈𝖊"],
    "istanbul": ["İstanbul", "ISTANBUL", "i\u0307stanbul", "ıstanbul"],
    "café": ["cafe", "Cafe\u0301", "CAFÉ", "c\u00adafé"],
    "łódź": ["Lodz", "ŁÓDŹ", "ło\u0301dz\u0301"],
    "ガギ": ["ガギ", "ｶﾞｷﾞ", "カ\u3099キ\u3099"],
    "한국": ["한국", unicodedata.normalize("NFD", "한국")],
    "हिन्दी": ["हिन्दी"],
    "𠮷野家": ["𠮷野家"],
    "🏮": ["🏮", "🏮\ufe0f"],
    "👩🚀": ["👩\u200d🚀", "👩🚀"],
}
BETWEEN = ["😀", "e\u0301\u0302\u0303", "𝒳", "ﷺ", "—", "\u202eabc\u202c", "…", "ß", "ﬁn", "漢", "1️⃣"]

CUT_OUT = (
    "cases => cases.map(([text, spans]) => spans.map(([start, end]) => text.slice(start, end)))"
)


class Case(NamedTuple):
    """A text, what is looked for, and what of it was written there, in order."""

    text: str
    sought: str
    written: list[str]


def some_case(dice: random.Random) -> Case:
    sought = dice.choice(list(WRITTEN))
    pieces = dice.choices(BETWEEN, k=dice.randint(0, 6))
    written = dice.choices(WRITTEN[sought], k=dice.randint(1, 3))
    places = sorted(dice.choices(range(len(pieces) + 1), k=len(written)), reverse=True)
    for place, each in zip(places, reversed(written), strict=True):
        pieces.insert(place, each)
    return Case(dice.choice([" ", " ", "\n", "  "]).join(pieces), sought, written)


def test_slices_are_what_was_found(browser: Browser) -> None:
    dice = random.Random(13)
    cases = [some_case(dice) for _ in range(TEXTS)]
    spans = [
        (case.text, spans_of(case.text, [Sought(tuple(words_of(case.sought)), open=False)]))
        for case in cases
    ]
    page = browser.new_page()
    slices = page.evaluate(CUT_OUT, spans)
    page.close()
    for case, found in zip(cases, slices, strict=True):
        assert found == case.written, case
