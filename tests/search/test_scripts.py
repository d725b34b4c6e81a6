"""Sentences in Chinese, Japanese and Korean: every part of one, down to a character, finds it."""

from __future__ import annotations

import secrets
from typing import Any

from tests.people import Person
from tests.search.engines import Engine

# Article 1 of the Universal Declaration of Human Rights, which is in the public domain, and
# everyday sentences written for this test.
SENTENCES = (
    "人人生而自由在尊严和权利上一律平等",
    "すべての人間は生まれながらにして自由であり",
    "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다",
    "명일 회의는 オンライン 으로 합니다",
    "ｶﾌｪでコーヒーを飲む、ガギグゲゴ",
    "我在𠮷野家等你，快来吧",
)


def parts(sentence: str) -> list[str]:
    """Its characters, its pairs and some longer stretches."""
    found = {
        sentence[start : start + length]
        for length, step in ((1, 1), (2, 2), (5, 9), (len(sentence), 1))
        for start in range(0, len(sentence) - length + 1, step)
    }
    return sorted(part for part in found if any(char.isalpha() for char in part))


def test_every_part_finds_its_sentence(engine: Engine, alice: Person, chat: str) -> None:
    from search.doors.inputs import SearchQuery
    from search.reading.searching import search

    mark = secrets.token_hex(4)
    for sentence in SENTENCES:
        alice.say(chat, f"{mark} {sentence}")
    engine.catch_up()

    def found(part: str) -> list[Any]:
        query = SearchQuery(q=f'"{part}"', kinds="messages", sort="newest")
        return [result.message.text for result in search(int(alice.id), query).results]

    for sentence in SENTENCES:
        for part in parts(sentence):
            assert f"{mark} {sentence}" in found(part), part
