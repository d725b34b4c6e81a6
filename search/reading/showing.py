"""How a query was understood, for whoever asked."""

from __future__ import annotations

from collections.abc import Sequence

from search.doors.wire import ClauseShown, QueryShown, TermShown, Warning
from search.grammar.query import Query, Warned, render

DETAILS = {
    "unknown_operator": "{} has no meaning here and was searched as text.",
    "bad_value": "{} could not be understood and was left out.",
    "nothing_there": "{} names nobody.",
    "no_words": "{} has no words to search for and was left out.",
    "too_long": "The query is too long; it was read up to {}.",
}


def query_shown(query: Query, warnings: Sequence[Warned]) -> QueryShown:
    return QueryShown(
        text=render(query),
        clauses=[
            ClauseShown(
                any=[TermShown(type=t.kind, value=t.value, negated=t.negated) for t in clause]
            )
            for clause in query.clauses
        ],
        warnings=[
            Warning(code=w.code, part=w.part, detail=DETAILS[w.code].format(w.part))  # type: ignore[arg-type]
            for w in warnings
        ],
    )
