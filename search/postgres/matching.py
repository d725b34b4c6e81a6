"""A query's meaning as SQL over `search_document d`."""

from __future__ import annotations

from typing import Any, NamedTuple

from search.conditions import Above, Between, Both, Condition, Has, Never, Not, Within
from search.documents import EVERYBODY
from search.highlights import Sought
from search.postgres.vectors import any_query, phrase_query
from search.reading.understanding import Meaning, Wanted

SHORT = 3
"""A beginning of fewer letters stands for too many words to look them up."""

FEW = 2_000
"""To test so many documents of the reader takes less than to look a beginning up: the index first
collects all that anybody wrote which begins so, the frequent word itself among it."""


class Sql(NamedTuple):
    """A condition and its parameters, which are named apart from all others."""

    text: str
    parameters: dict[str, Any]


class Names:
    """Gives each parameter of one statement a name of its own."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def add(self, value: Any) -> str:
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"


class Matching:
    """Compiles the meaning of a query. `admitted` are subjects that the reader finds besides; with
    `few` their own documents are no more than FEW."""

    def __init__(
        self, meaning: Meaning, admitted: list[int], reader: int, few: bool, names: Names
    ) -> None:
        self._names = names
        self._reader, self._admitted, self._few = reader, admitted, few
        self._conditions: list[str] = []
        self._looked_up: list[str] = []
        for clause in meaning.clauses:
            if all(self._is_looked_up(each) for each in clause):
                self._looked_up.append("(" + " | ".join(map(_tsquery, clause)) + ")")
            else:
                self._conditions.append("(" + " or ".join(map(self._condition, clause)) + ")")
        words = [phrase_query(each) for each in meaning.sought]
        self.ranking = names.add(" | ".join(words)) if words else None

    def where(self) -> str:
        """What finds the rows. Whoever is admitted finds documents that do not name them."""
        readers = any_query([f"@={self._reader}", f"@={EVERYBODY}"])
        found = self._matches(" & ".join([readers, *self._looked_up]))
        if self._admitted:
            known = f"d.subject = any({self._names.add(self._admitted)}::bigint[])"
            named = self._matches(" & ".join(self._looked_up)) if self._looked_up else "true"
            found = f"({found} or {known} and {named})"
        return " and ".join([found, *self._conditions])

    def _matches(self, tsquery: str) -> str:
        return f"d.tsv @@ {self._names.add(tsquery)}::tsquery"

    def _is_looked_up(self, wanted: Wanted) -> bool:
        """Whether the index answers it."""
        what = wanted.what
        if wanted.hidden is not None and not _is_of_terms(wanted.hidden):
            return False
        if isinstance(what, Sought) and what.open:
            return not self._few and len(what.words[-1]) >= SHORT
        return isinstance(what, Sought | Has)

    def _condition(self, wanted: Wanted) -> str:
        if isinstance(wanted.what, Sought):
            # "is true" keeps it away from the index, which would read half of all words.
            text = f"({self._matches(phrase_query(wanted.what))} is true)"
        else:
            text = self._sql(wanted.what)
        if wanted.hidden is not None:
            text = f"({text} or {self._sql(wanted.hidden)})"
        return f"not coalesce({text}, false)" if wanted.negated else text

    def _sql(self, condition: Condition) -> str:
        add = self._names.add
        match condition:
            case Has(terms):
                return f"({self._matches(any_query(terms))} is true)"
            case Within(subjects):
                return f"(d.subject = any({add(list(subjects))}::bigint[]))"
            case Above(marks):
                chats, above = [m[0] for m in marks], [m[1] for m in marks]
                return (
                    f"(exists (select 1 from unnest({add(chats)}::bigint[],"
                    f" {add(above)}::int[]) m (subject, part)"
                    " where m.subject = d.subject and d.part > m.part))"
                )
            case Between(start, end):
                since = f"d.at >= {add(start)}" if start else "d.at is not null"
                return f"({since} and d.at < {add(end)})" if end else f"({since})"
            case Both(one, other):
                return f"({self._sql(one)} and {self._sql(other)})"
            case Not(inner):
                return f"(not coalesce({self._sql(inner)}, false))"
            case Never():
                return "false"


def has_beginning(meaning: Meaning) -> bool:
    """Whether any word of it may also be the beginning of one."""
    each = (wanted.what for clause in meaning.clauses for wanted in clause)
    return any(isinstance(what, Sought) and what.open for what in each)


def _is_of_terms(condition: Condition) -> bool:
    if isinstance(condition, Both):
        return _is_of_terms(condition.one) and _is_of_terms(condition.other)
    return isinstance(condition, Has)


def _terms_query(condition: Condition) -> str:
    if isinstance(condition, Both):
        return f"({_terms_query(condition.one)} & {_terms_query(condition.other)})"
    assert isinstance(condition, Has)
    return any_query(condition.terms)


def _tsquery(wanted: Wanted) -> str:
    what = wanted.what
    text = phrase_query(what) if isinstance(what, Sought) else ""
    text = any_query(what.terms) if isinstance(what, Has) else text
    if wanted.hidden is not None:
        text = f"({text} | {_terms_query(wanted.hidden)})"
    return f"!{text}" if wanted.negated else text
