"""Sentences in Chinese, Japanese and Korean: every part of one, down to a character, finds it."""

from __future__ import annotations

from tests.search.engines import Engine
from tests.search.scripts import Library, corpus, parts

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


def some_parts(sentence: str) -> list[str]:
    """Some of its characters, of its pairs and of longer stretches."""
    lengths = {1: 2, 2: 3, 5: 9, len(sentence): 1}
    return sorted(
        part
        for part in parts(sentence)
        if (step := lengths.get(len(part))) and sentence.index(part) % step == 0
    )


def test_every_part_finds_its_sentence(engine: Engine) -> None:
    library = Library([*SENTENCES, *corpus()[::80]])
    engine.catch_up()
    for sentence in library.sentences:
        library.look_for(some_parts(sentence))
