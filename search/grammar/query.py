"""What a query says: clauses that must all hold, each true when one of its terms is."""

from __future__ import annotations

import re
from typing import NamedTuple

OPERATORS = (
    "from", "to", "in", "has", "tag", "before", "after", "on", "during", "is", "type",
)  # fmt: skip

QUOTES = '"\u201c\u201d\u201e'


class Term(NamedTuple):
    """`kind` is `word`, `phrase` or an operator's name."""

    kind: str
    value: str
    negated: bool = False


class Warned(NamedTuple):
    """`part` is the piece of the query that was not understood as it may have been meant."""

    code: str
    part: str


class Query(NamedTuple):
    clauses: tuple[tuple[Term, ...], ...]
    warnings: tuple[Warned, ...] = ()


def render(query: Query) -> str:
    """The query as text: parsed again it says the same."""
    return " ".join(" OR ".join(map(_render_term, clause)) for clause in query.clauses)


def _render_term(term: Term) -> str:
    sign = "-" if term.negated else ""
    if term.kind == "word":
        return sign + term.value
    if term.kind == "phrase":
        return f'{sign}"{term.value}"'
    value = f'"{term.value}"' if re.search(r"\s", term.value) else term.value
    return f"{sign}{term.kind}:{value}"
