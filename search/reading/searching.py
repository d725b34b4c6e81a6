"""Searching: the query understood, a backend asked, and what it found read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from project.errors import Problem, invalid
from search.documents import SOURCES, Key, Shown, source_of
from search.doors.inputs import SearchQuery
from search.doors.wire import Facets, FacetValue, Highlight, Result, SearchAnswer
from search.elastic import Away, configured
from search.grammar import dates
from search.grammar.parsing import parse
from search.grammar.query import Query, Warned
from search.highlights import Sought, spans_of
from search.indexing.changes import note
from search.metrics import SEARCHES
from search.postgres import searching as postgres
from search.reading.answers import (
    FACETS,
    MOST_VALUES,
    Arm,
    Asked,
    Found,
    Place,
    read_cursor,
    write_cursor,
)
from search.reading.fresh import fresh
from search.reading.showing import query_shown
from search.reading.understanding import Asker, understand

PLURALS = ("messages", "people", "files", "contacts")
STORES = {"postgres": ["postgres"], "elastic": ["postgres", "elastic"]}
NAMES = {"postgres": "postgres", "elastic": "elasticsearch"}


def search(reader: int, given: SearchQuery) -> Any:
    """A page of what this person may find. Raises `validation` for an empty query, a kind, zone or
    cursor that is none; `unavailable` where a page cannot go on as the backend that began is
    away."""
    if not given.q.strip():
        raise invalid("/q", "There is nothing to search for.")
    asker = Asker(reader, _zone(given.tz), timezone.now())
    query, kinds = parse(given.q), _kinds(given.kinds)
    newest = given.sort == "newest"
    place = None if given.cursor is None else read_cursor(given.cursor, newest)

    def ask(backend: str) -> tuple[Asked, Found]:
        asked = _asked(query, kinds, asker, backend, given.limit, newest, place)
        return asked, _engine(backend).ask(asked)

    backend = _backend(place, newest)
    degraded = backend == "elastic" and _engine(backend).rests()
    if degraded:
        backend = _instead(place, newest)
    try:
        asked, found = ask(backend)
    except Away:
        backend, degraded = _instead(place, newest), True
        asked, found = ask(backend)
    results = _results(asked, found.page, backend)
    if backend == "elastic" and len(results) < len(found.page) and (newest or place is None):
        # It named what this person may not see, so its counts are not believed either.
        _have_repaired(asked, found.page, results)
        backend, degraded = "postgres", True
        asked, found = ask(backend)
        results = _results(asked, found.page, backend)
    SEARCHES.labels(NAMES[backend], str(degraded).lower()).inc()
    return _answer(asked, found, results, query, backend, degraded)


def _have_repaired(
    asked: Asked, page: Sequence[Place], results: Sequence[tuple[Place, Any]]
) -> None:
    """Have what an index should not have answered written there anew."""
    shown = {place for place, _ in results}
    for arm in asked.arms:
        wrong = [p.key for p in page if p.kind == arm.kind and p not in shown]
        note(arm.source.name, wrong, "elastic")


def _backend(place: tuple[str, Place] | None, newest: bool) -> str:
    """By relevance each backend has an order of its own, and pages go on where they began."""
    if place is not None and not newest and place[0] == "postgres":
        return "postgres"
    return "elastic" if configured() else "postgres"


def _instead(place: tuple[str, Place] | None, newest: bool) -> str:
    """Who answers in the place of Elasticsearch. Raises `unavailable` if its pages must go on."""
    if place is not None and not newest:
        raise Problem("unavailable", retry_after=5)
    return "postgres"


def _engine(backend: str) -> Any:
    if backend == "postgres":
        return postgres
    from search.elastic import searching

    return searching


def _asked(
    query: Query,
    kinds: Sequence[str],
    asker: Asker,
    backend: str,
    limit: int,
    newest: bool,
    place: tuple[str, Place] | None,
) -> Asked:
    arms, known = [], {}
    for kind in kinds:
        source = source_of(kind)
        if source.name not in known:
            meaning = understand(query, asker, source)
            admitted = source.admitted(asker.reader)
            late = fresh(source, asker.reader, STORES[backend], admitted)
            known[source.name] = meaning, late, admitted
        arms.append(Arm(kind, source, *known[source.name]))
    return Asked(asker.reader, arms, newest, limit, None if place is None else place[1])


def _zone(name: str) -> Any:
    try:
        return dates.zone(name)
    except ValueError:
        raise invalid("/tz", "There is no such time zone.") from None


def _kinds(names: str) -> list[str]:
    """The kinds that are named; those that no app has registered have no documents."""
    wanted = names.split(",")
    if unknown := [name for name in wanted if name not in PLURALS]:
        raise invalid("/in", f"There is no {unknown[0] or 'empty'} kind of results.")
    return [
        kind.name for source in SOURCES.values() for kind in source.kinds if kind.plural in wanted
    ]


def _answer(
    asked: Asked,
    found: Found,
    results: Sequence[tuple[Place, Any]],
    query: Query,
    backend: str,
    degraded: bool,
) -> Any:
    warnings: dict[Warned, None] = dict.fromkeys(query.warnings)
    for arm in asked.arms:
        warnings |= dict.fromkeys(arm.meaning.warnings)
    more = found.more and bool(found.page)
    return SearchAnswer(
        results=[result for _, result in results],
        next=write_cursor(backend, asked.newest, found.page[-1]) if more else None,
        total=found.total,
        facets=_facets(asked.reader, found.counts),
        query=query_shown(query, list(warnings)),
        backend=NAMES[backend],
        degraded=degraded,
    )


def _results(asked: Asked, page: Sequence[Place], backend: str) -> list[tuple[Place, Any]]:
    """What the index says is there is read again, under the rules of this moment; what the reader
    may not see is left out, whatever the index says."""
    loosely = backend == "elastic"
    shown: dict[tuple[str, Key], Shown] = {}
    sought: dict[str, list[Sought]] = {}
    for arm in asked.arms:
        keys = [place.key for place in page if place.kind == arm.kind]
        if keys:
            found = arm.source.show(asked.reader, arm.kind, keys)
            shown |= {(arm.kind, key): each for key, each in found.items()}
        sought[arm.kind] = arm.meaning.sought
    return [
        (place, _result(place, shown[place.kind, place.key], sought[place.kind], loosely))
        for place in page
        if (place.kind, place.key) in shown
    ]


def _result(place: Place, shown: Shown, sought: Sequence[Sought], loosely: bool) -> Any:
    highlights = []
    for name, text in shown.fields:
        if spans := spans_of(text, sought, loosely=loosely):
            highlights.append(Highlight(field=name, text=text, spans=spans))
    return Result(
        type=place.kind, score=place.score, highlights=highlights, **{place.kind: shown.output}
    )


def _facets(reader: int, counts: Mapping[str, Counter[str]]) -> Facets:
    """Of people and chats only those are named whom the reader knows, whatever the index says."""
    found = {name: _most(name, counts.get(name, Counter())) for name in FACETS}
    values = {name: [value for value, _ in each] for name, each in found.items()}
    labels: dict[str, dict[str, str]] = {}
    if any(values.values()):
        for source in SOURCES.values():
            labels |= source.labels(reader, values)
    return Facets(**{name: _values(each, labels.get(name)) for name, each in found.items()})


def _most(name: str, counts: Counter[str]) -> list[tuple[str, int]]:
    """The most frequent ones; months in their order, newest first."""
    if name == "month":
        return sorted(counts.items(), reverse=True)[:MOST_VALUES]
    return counts.most_common(MOST_VALUES)


def _values(found: list[tuple[str, int]], labels: dict[str, str] | None) -> list[FacetValue]:
    return [
        FacetValue(value=value, label=value if labels is None else labels[value], count=n)
        for value, n in found
        if labels is None or value in labels
    ]
