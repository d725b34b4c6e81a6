"""The grammar takes every text, says it again and costs little; highlights are exact."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import cutting
from search.cutting import words_of
from search.folding import fold, fold_with_map
from search.grammar.parsing import parse
from search.grammar.query import OPERATORS, render
from search.highlights import Sought, distance, spans_of
from tests.cheapness import costs_less

PIECES = [
    *(f"{name}:" for name in OPERATORS),
    *'"-#:@ ',
    " OR ",
    "\u201c",
    "me",
    "x",
    "\u3000",
    "ß",
    "http://",
]
typed = st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join))


@given(typed)
@settings(max_examples=400, deadline=None)
def test_every_text_is_a_query_that_can_be_said_again(text: str) -> None:
    query = parse(text)
    assert parse(render(query)) == query


@pytest.mark.parametrize(
    "text",
    [
        each * (10_000 // len(each))
        for each in [*PIECES, "a", "東", "#a", "x:", 'tag:"', "a\u0301", "\u0301", '-"', "a\u200d"]
    ],
)
def test_a_long_query_is_read_at_once(text: str) -> None:
    def read() -> None:
        query = parse(text)
        render(query)
        for clause in query.clauses:
            for term in clause:
                words_of(term.value)

    assert costs_less(0.05, read)


@given(st.text())
@settings(max_examples=400, deadline=None)
def test_the_map_leads_back(text: str) -> None:
    folded = fold_with_map(text)
    assert folded.text == fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    for start, end in zip(folded.starts, folded.ends, strict=True):
        assert 0 <= start < end <= len(text)
    assert folded.starts == sorted(folded.starts)


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_other_forms_of_a_text_are_the_same_words(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert words_of(unicodedata.normalize(form, text)) == words_of(text)


LETTERS = st.sampled_from("aäßİıﬁé😀👍🏽東京が한e\u0301क्षि 👩\u200d💻ＦFﾞ,.\n#Ως")


@given(st.text(LETTERS, min_size=1, max_size=40), st.data())
@settings(max_examples=500, deadline=None)
def test_spans_cut_out_what_was_sought(text: str, data: st.DataObject) -> None:
    words = words_of(text)
    if not words:
        return
    first = data.draw(st.integers(0, len(words) - 1))
    sought = tuple(words[first : data.draw(st.integers(first + 1, len(words)))])
    spans = spans_of(text, [Sought(sought, False)])
    assert spans
    units = text.encode("utf-16-le")
    before = 0
    for start, end in spans:
        assert before <= start < end <= len(units) // 2
        before = end
        cut_out = words_of(units[2 * start : 2 * end].decode("utf-16-le"))
        # A letter stays with its marks, so there may be more around it.
        places = range(len(cut_out) - len(sought) + 1)
        assert any(tuple(cut_out[i : i + len(sought)]) == sought for i in places)


@pytest.mark.parametrize(
    ("text", "words", "cut_out"),
    [
        ("😀 Straße", ("stras",), ["Straß"]),
        ("ﬁnal", ("f",), ["ﬁ"]),
        ("İstanbul", ("i",), ["İ"]),
        ("x İSTANBUL", ("istanbul",), ["İSTANBUL"]),
        ("cafe\u0301!", ("cafe",), ["cafe\u0301"]),
        ("👩\u200d💻 at work", ("work",), ["work"]),
        ("東京大学", ("京", "大"), ["京大"]),
        ("각 가다", ("가",), ["가"]),
    ],
)
def test_letters_that_fold_into_several(
    text: str, words: tuple[str, ...], cut_out: list[str]
) -> None:
    units = text.encode("utf-16-le")
    spans = spans_of(text, [Sought(words, True)])
    assert [units[2 * a : 2 * b].decode("utf-16-le") for a, b in spans] == cut_out


def test_distances() -> None:
    pairs = {("same", "same"): 0, ("form", "from"): 1, ("recieve", "receive"): 1}
    pairs |= {("abc", "abcd"): 1, ("kitten", "sitting"): 3, ("a", "abcd"): 3, ("ab", ""): 2}
    assert {pair: distance(*pair) for pair in pairs} == pairs


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_is_cut_as_any_other(text: str) -> None:
    assert cutting._PLAIN.findall(text) == cutting._WORD.findall(text)
