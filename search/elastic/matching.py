"""A query's meaning as Elasticsearch takes it. What people type never becomes a query language: it
is words in queries of our own."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from elasticsearch.dsl.query import (
    Bool,
    ConstantScore,
    Ids,
    Match,
    MatchNone,
    MatchPhrase,
    MatchPhrasePrefix,
    Prefix,
    Query,
    Range,
    Term,
    Terms,
)

from search.conditions import Above, Between, Both, Condition, Has, Never, Not, Within
from search.documents import EVERYBODY
from search.elastic import Away
from search.elastic.storing import id_of, microseconds
from search.highlights import Sought
from search.reading.answers import Arm
from search.reading.understanding import Wanted

SHORT = 3
MOST_EXPANSIONS = 50
MOST_MISTYPED, LONGEST_MISTYPED = 8, 24
"""In so many words of a query, of so many letters at most, typing mistakes are allowed: each costs
some milliseconds, and a long one more."""

MOST_MARKS = 1000
"""More chats are not asked for one by one, each with its mark: it takes seconds, and then all would
search without Elasticsearch for a while."""


def arm_query(arm: Arm, reader: int) -> Query:
    """Of one kind: who may see it, what is asked, and without what the index does not know."""
    readers: list[Query] = [Terms(terms=[f"@={reader}", f"@={EVERYBODY}"])]
    if arm.admitted:
        readers.append(Terms(subject=arm.admitted))
    filters: list[Query] = [Term(kind=arm.kind), _any(readers)]
    must: list[Query] = []
    mistyped = set(filter(_may_be_mistyped, arm.meaning.sought[:MOST_MISTYPED]))
    for clause in arm.meaning.clauses:
        counts = any(isinstance(each.what, Sought) and not each.negated for each in clause)
        (must if counts else filters).append(_any([_wanted(each, mistyped) for each in clause]))
    return Bool(filter=filters, must=must, must_not=_unknown(arm))


def _unknown(arm: Arm) -> list[Query]:
    found: list[Query] = []
    if arm.fresh.keys:
        found.append(Ids(values=[id_of(arm.kind, key) for key in arm.fresh.keys]))
    for span in arm.fresh.spans:
        parts = Range(part={"gte": span.first, "lte": span.last})
        found.append(Bool(filter=[Term(subject=span.subject), parts]))
    return found


def _any(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Bool(should=queries, minimum_should_match=1)


def _may_be_mistyped(sought: Sought) -> bool:
    """A single word outside quotes that has no digits."""
    (*others, word) = sought.words
    letters = SHORT <= len(word) <= LONGEST_MISTYPED and not any(c.isdigit() for c in word)
    return sought.open and not others and letters


def _wanted(wanted: Wanted, mistyped: Collection[Sought]) -> Query:
    what = wanted.what
    if isinstance(what, Sought):
        # What must not be there is meant as it stands: a typing mistake excludes nothing.
        query = _exact(what) if wanted.negated else _words(what, what in mistyped)
    else:
        query = _condition(what)
    if wanted.hidden is not None:
        query = _any([query, _condition(wanted.hidden)])
    return Bool(must_not=[query]) if wanted.negated else query


def _exact(sought: Sought) -> Query:
    text = " ".join(sought.words)
    if len(sought.words) == 1:
        return Prefix(words={"value": text}) if sought.open else Term(words=text)
    if sought.open:
        return MatchPhrasePrefix(words={"query": text, "max_expansions": MOST_EXPANSIONS})
    return MatchPhrase(words=text)


def _words(sought: Sought, mistyped: bool) -> Query:
    """A single word outside quotes also by its beginning, by an inner part, and mistyped; the word
    itself counts most."""
    if len(sought.words) > 1 or not sought.open:
        return _exact(sought)
    (word,) = sought.words
    ways: list[Query] = [
        Term(words={"value": word, "boost": 4}),
        Prefix(words={"value": word, "boost": 2}),
    ]
    if len(word) >= SHORT:
        ways.append(_inner_part(word))
    if mistyped:
        fuzzy: dict[str, Any] = {"query": word, "fuzziness": "AUTO", "prefix_length": 1}
        ways.append(Match(words={**fuzzy, "max_expansions": MOST_EXPANSIONS, "boost": 0.5}))
    return Bool(should=ways, minimum_should_match=1)


def _inner_part(word: str) -> Query:
    """Asked by each of its trigrams. A `match` would be content with any one of them: those of one
    word are at one place in the text, and what is at one place passes for synonyms."""
    trigrams = {word[start : start + 3] for start in range(len(word) - 2)}
    parts: list[Query] = [Term(**{"words.parts": trigram}) for trigram in sorted(trigrams)]
    return ConstantScore(filter=Bool(filter=parts), boost=0.2)


def _condition(condition: Condition) -> Query:
    match condition:
        case Has(terms):
            return Terms(terms=list(terms))
        case Within(subjects):
            return Terms(subject=list(subjects))
        case Above(marks):
            if len(marks) > MOST_MARKS:
                raise Away("too many marks")
            unread = [
                Bool(filter=[Term(subject=subject), Range(part={"gt": part})])
                for subject, part in marks
            ]
            return _any(list(unread)) if unread else MatchNone()
        case Between(start, end):
            bounds = {"gte": microseconds(start)} if start else {}
            return Range(at=bounds | ({"lt": microseconds(end)} if end else {}))
        case Both(one, other):
            return Bool(filter=[_condition(one), _condition(other)])
        case Not(inner):
            return Bool(must_not=[_condition(inner)])
        case Never():
            return MatchNone()
