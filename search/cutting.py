"""Cutting folded text into words.

A character of a script that is written without spaces (Chinese, Japanese, Thai …), or whose words
are found by their parts (Korean), is a word of its own, and so is an emoji: any part of such a
sentence is then a phrase, down to a single character, on every backend and without a dictionary.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from search.folding import MARKS, fold

LONGEST = 64
"""Of a longer word the beginning counts."""

_SINGLE = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3021-\u3029\u3040-\u30fa"
    "\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_EMOJI = "\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001fbff"
_WORD = re.compile(f"[{_SINGLE}{_EMOJI}]|(?:(?![{_SINGLE}{_EMOJI}])(?:[^\\W_]|[{MARKS}]))+")
_PLAIN = re.compile(r"[^\W_]+", re.ASCII)
"""The same for ASCII, which most texts are, in an eighth of the time."""
_IS_SINGLE = re.compile(f"[{_SINGLE}{_EMOJI}]")


class Word(NamedTuple):
    """A word and where it stands in the folded text."""

    text: str
    start: int
    end: int


def _words_in(folded: str) -> re.Pattern[str]:
    return _PLAIN if folded.isascii() else _WORD


def cut(folded: str) -> list[Word]:
    """The words of a text that was folded, in their order."""
    return [
        Word(found[0][:LONGEST], found.start(), found.end())
        for found in _words_in(folded).finditer(folded)
    ]


def words_of(text: str) -> list[str]:
    """The words of a text as it stands."""
    folded = fold(text)
    return [word[:LONGEST] for word in _words_in(folded).findall(folded)]


def stands_alone(word: str) -> bool:
    """Whether a word is a single character of such a script: it has no beginning to search by."""
    return len(word) == 1 and _IS_SINGLE.match(word) is not None
