"""Where in a text the words of a query stand: spans for clients, in UTF-16 code units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from search.cutting import Word, cut
from search.folding import fold_with_map, utf16_places


class Sought(NamedTuple):
    """Words that stand in a row; of the last one the beginning is enough if it is `open`."""

    words: tuple[str, ...]
    open: bool


def spans_of(text: str, sought: Sequence[Sought], *, loosely: bool = False) -> list[list[int]]:
    """The places, ascending and apart from one another: `text[start:end]` in JavaScript is what
    matched. `loosely` also finds inner parts of words and words with small typing mistakes, if the
    word itself is not there."""
    folded = fold_with_map(text)
    words = cut(folded.text)
    found: list[tuple[int, int]] = []
    for each in sought:
        exact = _exact(words, each)
        if not exact and loosely and len(each.words) == 1:
            exact = _inside(words, each.words[0]) or _nearly(words, each.words[0])
        found += exact
    original = [(folded.starts[start], folded.ends[end - 1]) for start, end in found]
    return _in_utf16(text, _joined(original))


def _exact(words: Sequence[Word], sought: Sought) -> list[tuple[int, int]]:
    length = len(sought.words)
    *first, last = sought.words
    found = []
    for place in range(len(words) - length + 1):
        end = words[place + length - 1]
        fits = end.text.startswith(last) if sought.open else end.text == last
        if fits and all(words[place + i].text == word for i, word in enumerate(first)):
            # Of a word that only begins so, the beginning; of a whole one all that was cut off too.
            upto = end.end if end.text == last else end.start + len(last)
            found.append((words[place].start, upto))
    return found


def _inside(words: Sequence[Word], part: str) -> list[tuple[int, int]]:
    if len(part) < 3:
        return []
    places = ((word.start, word.text.find(part)) for word in words)
    return [(at + place, at + place + len(part)) for at, place in places if place >= 0]


def _nearly(words: Sequence[Word], sought: str) -> list[tuple[int, int]]:
    allowed = typos_allowed(sought)
    return [
        (word.start, word.end)
        for word in words
        if allowed and word.text[:1] == sought[:1] and distance(word.text, sought) <= allowed
    ]


def typos_allowed(word: str) -> int:
    """As Elasticsearch's AUTO does: none in short words, and none where digits stand."""
    if len(word) < 3 or any(char.isdigit() for char in word):
        return 0
    return 1 if len(word) < 6 else 2


def distance(one: str, other: str) -> int:
    """Letters to change, add, leave out or swap with the next; 3 stands for more than two."""
    if abs(len(one) - len(other)) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, another in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != another))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == another:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return min(row[-1], 3)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _in_utf16(text: str, spans: list[tuple[int, int]]) -> list[list[int]]:
    places = utf16_places(text)
    if places is None:
        return [[start, end] for start, end in spans]
    return [[places[start], places[end]] for start, end in spans]
