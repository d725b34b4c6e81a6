"""Reading a query. Every text is one: what is half typed or means nothing is still read as
something, in one pass of a pattern that never looks back."""

from __future__ import annotations

import re

from search.grammar.query import OPERATORS, QUOTES, Query, Term, Warned
from search.hashtags import hashtag

_PIECE = re.compile(
    rf"""(?P<sign>-(?=\S))?
    (?: (?P<operator>{"|".join(OPERATORS)}):
            (?: [{QUOTES}](?P<quoted>[^{QUOTES}]*)[{QUOTES}]? | (?P<bare>[^\s{QUOTES}]*) )
      | [{QUOTES}](?P<phrase>[^{QUOTES}]*)[{QUOTES}]?
      | (?P<word>[^\s{QUOTES}]+) )""",
    re.VERBOSE | re.IGNORECASE,
)
_UNKNOWN = re.compile(r"[^\W\d_]+:(?!//)")


def parse(text: str) -> Query:
    """What the text asks for. Words with a colon that are no operator stand as words, and are
    warned of."""
    clauses: list[list[Term]] = []
    warnings: list[Warned] = []
    joining = False
    for piece in _PIECE.finditer(text):
        if piece["word"] == "OR" and not piece["sign"]:
            joining = bool(clauses)
            continue
        term = _term_of(piece)
        if term is None:
            continue
        if term.kind == "word" and _UNKNOWN.match(term.value):
            warnings.append(Warned("unknown_operator", term.value))
        if joining:
            clauses[-1].append(term)
        else:
            clauses.append([term])
        joining = False
    return Query(tuple(map(tuple, clauses)), tuple(dict.fromkeys(warnings)))


def _term_of(piece: re.Match[str]) -> Term | None:
    negated = piece["sign"] is not None
    if (operator := piece["operator"]) is not None:
        quoted = piece["quoted"]
        return Term(operator.lower(), piece["bare"] if quoted is None else quoted, negated)
    if (phrase := piece["phrase"]) is not None:
        return Term("phrase", phrase, negated) if phrase.strip() else None
    if (tag := hashtag(piece["word"])) is not None:
        return Term("tag", tag, negated)
    return Term("word", piece["word"], negated)
