"""Documents and queries as PostgreSQL's full text search takes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from search.cutting import words_of
from search.documents import Document
from search.highlights import Sought

LAST_PLACE = 16_383
BETWEEN_FIELDS = 10
"""So far apart that no phrase reaches from one field into the next."""


def vector_of(document: Document) -> str:
    """The tsvector as a literal. Terms stand in it beside the words; a word has no `=`."""
    places: dict[str, list[str]] = defaultdict(list)
    place = 0
    for _, text in document.fields:
        for word in words_of(text):
            place = min(place + 1, LAST_PLACE)
            places[word].append(str(place))
        place += BETWEEN_FIELDS
    words = [f"'{word}':{','.join(found[:255])}" for word, found in places.items()]
    return " ".join([*map(quoted, document.all_terms), *words])


def quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def phrase_query(sought: Sought) -> str:
    """The tsquery for words in a row."""
    *first, last = map(quoted, sought.words)
    return "(" + " <-> ".join([*first, f"{last}:*" if sought.open else last]) + ")"


def any_query(terms: Iterable[str]) -> str:
    return "(" + " | ".join(map(quoted, terms)) + ")"
