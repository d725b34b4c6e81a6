"""Completing what stands in the search box."""

from __future__ import annotations

import re
from collections.abc import Iterator

from search.documents import SOURCES, Suggestion
from search.doors.wire import Suggestions, SuggestionShown
from search.grammar.query import OPERATORS
from search.services import recent

MOST = 10
LONGEST = 200
_OPERATOR = re.compile(rf"-?({'|'.join(OPERATORS)}):(.*)", re.IGNORECASE | re.DOTALL)


def suggest(reader: int, text: str) -> Suggestions:
    """Operators, people, chats and tags for the last word, and what was looked for before."""
    text = text[-LONGEST:]
    last = text.rsplit(None, 1)[-1] if text and not text[-1].isspace() else ""
    found: dict[Suggestion, None] = {}
    for each in [*_of_word(reader, last), *_recent(reader, text)]:
        found.setdefault(each)
    results = [SuggestionShown(**each._asdict()) for each in list(found)[:MOST]]
    return Suggestions(results=results)


def _of_word(reader: int, last: str) -> Iterator[Suggestion]:
    operator, value = "", last
    if typed := _OPERATOR.fullmatch(last):
        operator, value = typed[1].lower(), typed[2]
    elif last.startswith("#"):
        operator, value = "tag", last[1:]
    elif last:
        for name in OPERATORS:
            if name.startswith(last.lower()):
                yield Suggestion("operator", f"{name}:", f"{name}:")
    for source in SOURCES.values():
        for choice in source.choices.get(operator, ()):
            if choice.startswith(value.lower()):
                yield Suggestion("operator", f"{operator}:{choice}", f"{operator}:{choice}")
        if last:
            yield from source.suggest(reader, operator, value)


def _recent(reader: int, text: str) -> Iterator[Suggestion]:
    for each in recent.latest(reader, text.strip(), MOST // 2):
        if each != text.strip():
            yield Suggestion("recent", each, each)
