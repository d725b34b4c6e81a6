"""What a query means to the person who asks it, for one kind of result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

from search.conditions import Between, Condition, Has, Never
from search.cutting import stands_alone, words_of
from search.documents import Resolved, Source
from search.grammar import dates
from search.grammar.query import Query, Term, Warned
from search.hashtags import normal_hashtag
from search.highlights import Sought

MOST_TERMS = 32
MOST_WORDS = 200
"""Of a longer query the beginning counts, so that no query is dear."""


class Wanted(NamedTuple):
    """`hidden` is as good as the words that are sought (`Source.hidden`)."""

    what: Sought | Condition
    negated: bool
    hidden: Condition | None = None


class Meaning(NamedTuple):
    """Every clause must hold; one holds when one of its alternatives does. None at all asks for
    nothing, and nothing is found."""

    clauses: tuple[tuple[Wanted, ...], ...]
    warnings: tuple[Warned, ...]

    @property
    def sought(self) -> list[Sought]:
        """The words that may stand in what is found."""
        return [each.what for each in _each(self) if isinstance(each.what, Sought)]


def _each(meaning: Meaning) -> Iterator[Wanted]:
    return (each for clause in meaning.clauses for each in clause if not each.negated)


class Asker(NamedTuple):
    """Who asks, where on earth, and when."""

    reader: int
    tz: ZoneInfo
    now: dt.datetime


def understand(query: Query, asker: Asker, source: Source) -> Meaning:
    clauses: list[tuple[Wanted, ...]] = []
    warnings = list(query.warnings)
    terms = words = 0
    for clause in query.clauses:
        wanted: list[Wanted] = []
        for term in clause:
            terms += 1
            what = _what(term, asker, source, warnings)
            words += len(what.words) if isinstance(what, Sought) else 0
            if terms > MOST_TERMS or words > MOST_WORDS:
                warnings.append(Warned("too_long", term.value[:40]))
                return Meaning(tuple(clauses), tuple(dict.fromkeys(warnings)))
            if what is not None:
                hidden = (
                    source.hidden(asker.reader, term.value) if isinstance(what, Sought) else None
                )
                wanted.append(Wanted(what, term.negated, hidden))
        if wanted:
            clauses.append(tuple(wanted))
    return Meaning(tuple(clauses), tuple(dict.fromkeys(warnings)))


def _what(
    term: Term, asker: Asker, source: Source, warnings: list[Warned]
) -> Sought | Condition | None:
    if term.kind in ("word", "phrase"):
        words = tuple(words_of(term.value))
        if not words:
            warnings.append(Warned("no_words", term.value))
            return None
        return Sought(words, term.kind == "word" and not stands_alone(words[-1]))
    resolved = _resolved(term, asker, source)
    if resolved is None:
        warnings.append(Warned("bad_value", f"{term.kind}:{term.value}"))
        return None
    if not resolved.known:
        warnings.append(Warned("nothing_there", f"{term.kind}:{term.value}"))
    return resolved.condition


def _resolved(term: Term, asker: Asker, source: Source) -> Resolved | None:
    value = term.value.strip()
    if term.kind == "tag":
        tag = normal_hashtag(value.removeprefix("#"))
        return Resolved(Has((f"tag={tag}", f"{asker.reader}/tag={tag}"))) if tag else None
    if term.kind in ("before", "after", "on", "during"):
        span = dates.span_of(value, asker.tz, asker.now)
        if span is None:
            return None
        first, beyond = span
        return Resolved(
            {
                "before": Between(None, first),
                "after": Between(beyond, None),
                "on": Between(first, beyond),
                "during": Between(first, beyond),
            }[term.kind]
        )
    resolver = source.operators.get(term.kind)
    return Resolved(Never()) if resolver is None else resolver(asker.reader, value)
