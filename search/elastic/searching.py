"""Asking Elasticsearch. What the index does not know yet is asked in PostgreSQL and put beside
it."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from elasticsearch.dsl.query import Bool

from search.elastic import Away, client
from search.elastic.definition import alias
from search.elastic.matching import arm_query
from search.models import ElasticIndex
from search.postgres import searching as postgres
from search.reading.answers import FACETS, MOST_COUNTED, MOST_VALUES, Asked, Found, Place

LIVE_SECONDS = 1.0
_FIELDS = {"chat": "subject", "sender": "sender", "type": "type", "month": "month", "tag": "tag"}


def rests() -> bool:
    """Whether nobody asks at the moment, after a failure."""
    return not client.searches.closed()


def ask(asked: Asked) -> Found:
    """Raises `Away` when Elasticsearch does not answer, has no whole index yet, or would take too
    long for what is asked."""
    if not any(arm.meaning.clauses for arm in asked.arms):
        return Found(0, [], False, {})  # nothing is asked
    if not _index.is_live():
        raise Away
    request = _request(asked)
    with client.guarded() as elastic:
        answer = elastic.search(index=alias(), **request)
        client.insist_on_all(answer)
        found = _found(answer.body, asked)
    return _together(postgres.ask(asked, fresh_only=True), found, asked)


class _Index:
    """Whether there is a whole one. One that is will hardly be none a second later, and then
    Elasticsearch says so itself."""

    def __init__(self) -> None:
        self._until = 0.0

    def is_live(self) -> bool:
        if time.monotonic() > self._until:
            if not ElasticIndex.objects.filter(state="live").exists():
                return False
            self._until = time.monotonic() + LIVE_SECONDS
        return True


_index = _Index()


def _request(asked: Asked) -> dict[str, Any]:
    arms = [arm_query(arm, asked.reader) for arm in asked.arms if arm.meaning.clauses]
    order: list[dict[str, Any]] = [{"at": {"order": "desc", "missing": 0}}]
    order += [{"subject": "desc"}, {"part": "desc"}, {"kind": "desc"}]
    if not asked.newest:
        order.insert(0, {"_score": "desc"})
    request: dict[str, Any] = {
        "query": Bool(should=arms, minimum_should_match=1).to_dict(),
        "size": asked.limit + 1,
        "track_total_hits": MOST_COUNTED,
        "sort": order,
        "aggs": {"messages": {"filter": {"term": {"kind": "message"}}, "aggs": _facets(asked)}},
        # Where a hit stands in the order tells which document it is.
        "stored_fields": "_none_",
    }
    if asked.after is not None:
        place = list(asked.after)
        request["search_after"] = place[1:] if asked.newest else place
    return request


def _facets(asked: Asked) -> dict[str, Any]:
    counted = {name: {"field": field, "size": MOST_VALUES} for name, field in _FIELDS.items()}
    own = {"field": "private", "size": MOST_VALUES, "include": f"{asked.reader}/tag=.*"}
    return {name: {"terms": each} for name, each in {**counted, "private": own}.items()}


def _found(answer: dict[str, Any], asked: Asked) -> Found:
    page = [_place(hit["sort"], asked.newest) for hit in answer["hits"]["hits"]]
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    buckets = answer["aggregations"]["messages"]
    for name in _FIELDS:
        for bucket in buckets[name]["buckets"]:
            counts[name][str(bucket["key"])] += int(bucket["doc_count"])
    own = f"{asked.reader}/tag="
    for bucket in buckets["private"]["buckets"]:
        if bucket["key"].startswith(own):  # also if the server does not keep to what it was asked
            counts["tag"][bucket["key"].removeprefix(own)] += int(bucket["doc_count"])
    total = int(answer["hits"]["total"]["value"])
    return Found(min(total, MOST_COUNTED), page[: asked.limit], len(page) > asked.limit, counts)


def _place(sort: list[Any], newest: bool) -> Place:
    score, at, subject, part, kind = [0, *sort] if newest else sort
    return Place(float(score), int(at), int(subject), int(part), str(kind))


def _together(late: Found, found: Found, asked: Asked) -> Found:
    """By time they are one order. By relevance the index cannot say how well a document fits that
    it does not know: these come first."""
    total = min(late.total + found.total, MOST_COUNTED)
    counts = {name: found.counts[name] + late.counts.get(name, Counter()) for name in FACETS}
    if asked.newest:
        both = sorted([*late.page, *found.page], key=lambda place: place[1:], reverse=True)
        more = late.more or found.more or len(both) > asked.limit
        return Found(total, both[: asked.limit], more, counts)
    if asked.after is not None or not late.page:
        return found._replace(total=total, counts=counts)
    first = late.page[: max(1, asked.limit // 2)]
    rest = found.page[: asked.limit - len(first)]
    more = found.more or len(rest) < len(found.page)
    return Found(total, [*first, *rest], more and bool(rest), counts)
