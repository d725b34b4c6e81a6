"""Writing to Elasticsearch: bulk, with versions of our own.

Elasticsearch forgets with a restart what it has deleted, and then takes an older write for a new
document. So what is gone leaves an empty document behind, which keeps the version of the deletion;
`forget_gone` takes it away when nobody can be that late any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from elasticsearch import helpers

from search.cutting import words_of
from search.documents import Document, Key, Source
from search.elastic import Away
from search.elastic.client import client, writing
from search.elastic.definition import alias
from search.models import ElasticIndex

DIGEST: list[Any] = ["digest"]
ORDER: list[Any] = ["subject", "part"]
REFUSED = 409
"""The index has a newer version, which is as good."""

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)

GONE = "gone"
"""The kind of what is left of a deletion; nobody searches for it."""

REMEMBERED = dt.timedelta(hours=1)
"""So long a deletion is remembered. No writer sleeps longer between reading and writing."""


def write(source: Source, keys: Sequence[Key], documents: Sequence[Document], number: int) -> None:
    """Make every index that is kept hold exactly these documents under these keys, and the one that
    answers show them. Raises `Away` unless all of them did."""
    for index in indices():
        bulk(index, actions(source, keys, documents), number)
    for index in live():
        refresh(index)


def indices() -> list[str]:
    return list(ElasticIndex.objects.values_list("name", flat=True))


def live() -> list[str]:
    """The index that answers, if there is one."""
    return list(ElasticIndex.objects.filter(state="live").values_list("name", flat=True))


def actions(
    source: Source, keys: Sequence[Key], documents: Sequence[Document], *, surely_new: bool = False
) -> Iterator[dict[str, Any]]:
    """One write or deletion for each kind and key; in an index that is `surely_new` there is
    nothing to delete."""
    there = {(document.kind, document.key): document for document in documents}
    living = {document.key for document in documents}
    gone = {"_op_type": "index", "kind": GONE, "at": microseconds(dt.datetime.now(dt.UTC))}
    for key in keys:
        for kind in source.kinds:
            place = id_of(kind.name, key)
            if (document := there.get((kind.name, key))) is not None:
                yield {"_op_type": "index", "_id": place, **body_of(document)}
            elif not surely_new and key in living:
                yield {"_op_type": "delete", "_id": place}
            elif not surely_new:
                yield {"_id": place, "subject": key[0], "part": key[1], **gone}


def bulk(index: str, wanted: Iterable[dict[str, Any]], number: int) -> None:
    """Raises `Away` when the server is, or refuses any of it for another reason than its age."""
    versioned = (
        {"version": number + 1, **each, "_index": index, "version_type": "external_gte"}
        for each in wanted
    )
    with writing() as elastic:
        for good, answer in helpers.streaming_bulk(
            elastic, versioned, chunk_size=1000, max_chunk_bytes=5_000_000, raise_on_error=False,
            raise_on_exception=True,
        ):  # fmt: skip
            (outcome,) = answer.values()
            missing = outcome.get("result") == "not_found"
            if not good and outcome["status"] != REFUSED and not missing:
                raise Away(f"{index}: {str(outcome.get('error'))[:300]}")


def id_of(kind: str, key: Key) -> str:
    return f"{kind[0]}{key[0]}:{key[1]}"


def body_of(document: Document) -> dict[str, Any]:
    """A field that is empty is left out; it would cost a byte in each document."""
    facets: dict[str, list[str]] = {}
    for name, value in document.facets:
        facets.setdefault(name, []).append(value)
    if own := document.own_tags:
        facets["private"] = own
    terms = document.all_terms
    body: dict[str, Any] = {
        "kind": document.kind,
        "subject": document.key[0],
        "part": document.key[1],
        "digest": document.digest_with(terms),
        "terms": terms,
        "words": [" ".join(words_of(text)) for _, text in document.fields],
        **facets,
    }
    if document.at is not None:
        when = document.at.astimezone(dt.UTC)
        body["at"] = microseconds(when)
        body["month"] = f"{when.year:04}-{when.month:02}"
    return body


def microseconds(when: dt.datetime) -> int:
    return (when - EPOCH) // MICROSECOND


def forget_gone(index: str) -> int:
    """Take away what is left of deletions that are old enough; how many. One that lives again by
    now has a newer version and stays."""
    before = microseconds(dt.datetime.now(dt.UTC) - REMEMBERED)
    query = {"bool": {"filter": [{"term": {"kind": GONE}}, {"range": {"at": {"lt": before}}}]}}
    total = 0
    while True:
        with writing() as elastic:
            answer = elastic.search(
                index=index, query=query, size=5000, version=True, track_total_hits=False
            )
        old = [
            {"_op_type": "delete", "_id": hit["_id"], "version": hit["_version"]}
            for hit in answer["hits"]["hits"]
        ]
        if not old:
            return total
        bulk(index, old, 0)
        refresh(index)
        total += len(old)


def held(source: Source, after: Key, upto: Key | None) -> list[dict[tuple[str, Key], int]]:
    """As `search.postgres.storing.held`; of the index that answers, if there is one."""
    return [
        {
            (kind.name, key): digest
            for kind in source.kinds
            for key, digest in _digests(index, kind.name, after, upto)
        }
        for index in live()
    ]


def _digests(index: str, kind: str, after: Key, upto: Key | None) -> Iterator[tuple[Key, int]]:
    bounds: dict[str, int] = {"gte": after[0]}
    if upto is not None:
        bounds["lte"] = upto[0]
    query = {"bool": {"filter": [{"term": {"kind": kind}}, {"range": {"subject": bounds}}]}}
    place: list[Any] = list(after)
    while True:
        with writing() as elastic:
            answer = elastic.search(
                index=index, query=query, size=5000, sort=ORDER, search_after=place,
                docvalue_fields=DIGEST, track_total_hits=False,
            )  # fmt: skip
        hits = answer["hits"]["hits"]
        for hit in hits:
            key = (hit["sort"][0], hit["sort"][1])
            if upto is not None and key > upto:
                return
            yield key, hit["fields"]["digest"][0]
        if len(hits) < 5000:
            return
        place = hits[-1]["sort"]


def refresh(index: str | None = None) -> None:
    with writing():
        client().indices.refresh(index=index or alias())


def keys_of(source: Source, user_id: int) -> list[Key]:
    """The documents of any index that name this person as a reader, or are about them."""
    kinds = [kind.name for kind in source.kinds]
    about = {"bool": {"filter": [{"term": {"kind": "user"}}, {"term": {"subject": user_id}}]}}
    ways = [{"term": {"terms": f"@={user_id}"}}, about]
    found = {
        key
        for index in indices()
        for key in _scan(index, {"bool": {"filter": [{"terms": {"kind": kinds}}], "should": ways,
                                          "minimum_should_match": 1}})
    }  # fmt: skip
    return sorted(found)


def _scan(index: str, query: dict[str, Any]) -> Iterator[Key]:
    place: list[Any] | None = None
    while True:
        with writing() as elastic:
            answer = elastic.search(
                index=index, query=query, size=5000, sort=ORDER,
                search_after=place, track_total_hits=False,
            )  # fmt: skip
        hits = answer["hits"]["hits"]
        yield from ((hit["sort"][0], hit["sort"][1]) for hit in hits)
        if len(hits) < 5000:
            return
        place = hits[-1]["sort"]
