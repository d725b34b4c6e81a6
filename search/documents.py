"""What is searched: documents, and the sources that apps register for them.

A *change* (`search_change`) names a source and the keys of what is another now; the indexer asks
the source to build the documents of these keys anew. A document is found by its readers alone, and
what is found is read again by `show` before anybody sees it, so an index may be late, wrong or lost
and still tells nobody anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple

from search.conditions import Condition

Key = tuple[int, int]
"""A subject and a part of it: a chat and a number; a person, contact or whatever stands alone has
part 0."""

EVERYBODY = 0
"""As a reader: whoever searches."""


class Document(NamedTuple):
    """`fields` are texts by name. `terms` is what operators ask for (`has=link`); `facets`
    (`sender`, `type`, `tag`) are terms too, and counted. `private` holds further terms for one
    reader each."""

    kind: str
    key: Key
    readers: frozenset[int]
    at: dt.datetime | None
    fields: tuple[tuple[str, str], ...]
    terms: tuple[str, ...] = ()
    facets: tuple[tuple[str, str], ...] = ()
    private: tuple[tuple[int, str], ...] = ()

    @property
    def all_terms(self) -> list[str]:
        """As both indexes keep them."""
        return [
            *(f"@={reader}" for reader in sorted(self.readers)),
            *self.terms,
            *(f"{name}={value}" for name, value in self.facets),
            *(f"{reader}/{term}" for reader, term in self.private),
        ]

    @property
    def counted(self) -> list[str]:
        """The terms that are counted, each reader's own among them. What is a hashtag of the
        document too counts once."""
        return [*(f"{name}={value}" for name, value in self.facets), *self.own_tags]

    @property
    def own_tags(self) -> list[str]:
        """Those of `counted` that are one reader's own."""
        if not self.private:
            return []
        shared = {f"{name}={value}" for name, value in self.facets}
        return [
            f"{reader}/{term}"
            for reader, term in self.private
            if term.startswith("tag=") and term not in shared
        ]

    @property
    def digest(self) -> int:
        """Tells whether an index holds this document as it is now."""
        return self.digest_with(self.all_terms)

    def digest_with(self, terms: list[str]) -> int:
        """The same for whoever has `all_terms` at hand."""
        said = repr((terms, self.at, self.fields)).encode("utf-8", "surrogatepass")
        return int.from_bytes(blake2b(said, digest_size=8).digest(), signed=True)


class Shown(NamedTuple):
    """What a reader gets to see of a document, and the texts in which words are highlighted."""

    output: Any
    fields: tuple[tuple[str, str], ...]


class Resolved(NamedTuple):
    """What an operator's value means for this reader; `known` is false for what means nothing."""

    condition: Condition
    known: bool = True


class Suggestion(NamedTuple):
    type: str
    value: str
    label: str


Resolver = Callable[[int, str], Resolved | None]
"""`(reader, value)`; None where the value cannot be understood, so that it is left out."""


@dataclass(frozen=True)
class Kind:
    """One kind of result: the name of `in=` and the shape of what is shown."""

    name: str
    plural: str
    shape: type


@dataclass(frozen=True)
class Source:
    """What an app registers for its documents. Keys are `(subject, part)`.

    `build` makes the present documents of some keys: none for what is gone. `keys` pages through
    all keys, ascending, beginning behind one. `show` reads again what a reader may see now, of one
    kind.

    Two conditions in SQL are the rule of visibility. `visible` is true for a row `d` of
    `search_document` (columns `subject`, `part`) that `%(reader)s` may see at this moment. `near`
    is true for a changed key `c.subject` that may concern that reader; it only keeps others'
    changes out of the way. `extent` is a number: so many documents that reader finds at most; null
    where to count them is dear.

    `operators` say what a value means; `choices` are the values of those that have a fixed list.
    `labels` takes the values of all facets and names those of some of them, by facet and value: of
    such a facet what has no name is not told, of the others the values are their own names.
    `suggest` takes the reader, the operator that is being typed ("" for none) and the beginning of
    its value.

    `admitted` are subjects that this reader finds although the documents do not name them as a
    reader; `{admitted}` in `visible` stands for the array of these. `wary` are subjects whose
    document does not tell what this reader is shown.

    `hidden` takes the reader and a word or phrase of a query. What it returns is as good as these
    words in the text: made of terms that stand for texts which the index must not hold.
    """

    name: str
    kinds: Sequence[Kind]
    build: Callable[[Sequence[Key]], list[Document]]
    keys: Callable[[Key, int], list[Key]]
    show: Callable[[int, str, Sequence[Key]], dict[Key, Shown]]
    visible: str
    near: str
    extent: str = "null"
    operators: Mapping[str, Resolver] = field(default_factory=dict)
    labels: Callable[[int, Mapping[str, Sequence[str]]], dict[str, dict[str, str]]] = (
        lambda reader, values: {}
    )
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    suggest: Callable[[int, str, str], Iterable[Suggestion]] = lambda reader, operator, text: ()
    admitted: Callable[[int], list[int]] = lambda reader: []
    wary: Callable[[int], list[int]] = lambda reader: []
    hidden: Callable[[int, str], Condition | None] = lambda reader, text: None


SOURCES: dict[str, Source] = {}
"""By name; filled when the apps are ready."""


def register(source: Source) -> None:
    SOURCES[source.name] = source


def kinds() -> dict[str, Kind]:
    """All kinds of result by their names, in the order in which they were registered."""
    return {kind.name: kind for source in SOURCES.values() for kind in source.kinds}


def source_of(kind: str) -> Source:
    return next(s for s in SOURCES.values() if any(k.name == kind for k in s.kinds))
