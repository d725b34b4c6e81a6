"""Asking PostgreSQL: one statement finds, counts and pages."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import connection

from search.documents import Document
from search.postgres.matching import FEW, Matching, Names, has_beginning
from search.postgres.vectors import vector_of
from search.reading.answers import FACETS, MOST_COUNTED, Arm, Asked, Found, Place

_MICROSECONDS = "coalesce((extract(epoch from d.at) * 1000000)::bigint, 0)"
_STATEMENT = """
with hit as materialized ({arms}),
page as (select * from hit where {after} order by {order} limit {limit})
select (select count(*) from (select 1 from hit limit {most}) c),
    (select coalesce(json_agg(json_build_array(score, at, subject, part, kind)
        order by {order}), '[]') from page),
    (select coalesce(json_agg(json_build_array(name, value, n)), '[]') from (
        select 'chat' as name, subject::text as value, count(*) as n from hit
            where kind = 'message' group by 2
        union all select 'month', to_char(to_timestamp(at / 1000000) at time zone 'UTC', 'YYYY-MM'),
            count(*) from hit where kind = 'message' group by 2
        union all select '', v, count(*) from hit, unnest(facets) v
            where kind = 'message' and (v collate "C" > ':' or starts_with(v, {mine}))
            group by 2) f)
"""


def ask(asked: Asked, *, fresh_only: bool = False) -> Found:
    """Answer from the index and, for what it does not know yet, from the fresh documents; with
    `fresh_only` from these alone."""
    names = Names()
    few = set() if fresh_only else _having_few(asked)
    arms = [
        part
        for arm in asked.arms
        for part in _arm(arm, asked, arm.source.name in few, names, fresh_only)
    ]
    if not arms:
        return Found(0, [], False, {})
    add = names.add
    order = "at desc, subject desc, part desc, kind desc"
    after = "true"
    if asked.after is not None:
        place = asked.after
        tail = f"({add(place.at)}, {add(place.subject)}, {add(place.part)}, {add(place.kind)})"
        after = f"(at, subject, part, kind) < {tail}"
        if not asked.newest:
            score = add(int(place.score))
            after = f"(score < {score} or score = {score} and {after})"
    statement = _STATEMENT.format(
        arms=" union all ".join(arms),
        after=after,
        order=order if asked.newest else f"score desc, {order}",
        limit=add(asked.limit + 1),
        most=add(MOST_COUNTED),
        mine=add(f"{asked.reader}/tag="),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {**names.values, "reader": asked.reader})
        total, page, counts = cursor.fetchone()
    places = [Place(*row) for row in _json(page)]
    more = len(places) > asked.limit
    return Found(total, places[: asked.limit], more, _counts(_json(counts), asked.reader))


def _having_few(asked: Asked) -> set[str]:
    """Sources of which the reader has so few documents that beginnings are not looked up."""
    begun = {arm.source.name: arm.source for arm in asked.arms if has_beginning(arm.meaning)}
    if not begun:
        return set()
    extents = ", ".join(f"({source.extent})::bigint" for source in begun.values())
    with connection.cursor() as cursor:
        cursor.execute(f"select {extents}", {"reader": asked.reader})
        found = cursor.fetchone()
    return {name for name, n in zip(begun, found, strict=True) if n is not None and n <= FEW}


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _arm(arm: Arm, asked: Asked, few: bool, names: Names, fresh_only: bool) -> list[str]:
    """One kind in the index, and among the fresh documents."""
    if not arm.meaning.clauses:
        return []
    matching = Matching(arm.meaning, arm.admitted, asked.reader, few, names)
    score = "0"
    if matching.ranking and not asked.newest:
        score = f"(ts_rank(d.tsv, {matching.ranking}::tsquery, 1) * 1000000)::bigint"
    columns = f"select d.kind, d.subject, d.part, {_MICROSECONDS} as at, d.facets, {score} as score"
    kind = f"d.kind = {names.add(arm.kind)}"
    visible = arm.source.visible
    if "{admitted}" in visible:
        visible = visible.replace("{admitted}", names.add(arm.admitted))
    where = f"{kind} and {matching.where()}"
    rows = []
    if not fresh_only:
        rows.append(f"select * from search_document d where {where}{_not_fresh(arm, names)}")
    documents = [each for each in arm.fresh.documents if each.kind == arm.kind]
    if documents:
        rows.append(f"select * from {_as_rows(documents, names)} where {where}")
    # "offset 0": the index goes first. The planner knows of nobody how much they wrote, and may
    # begin with all of it.
    return [f"{columns} from ({each} offset 0) d where {visible}" for each in rows]


def _not_fresh(arm: Arm, names: Names) -> str:
    if not arm.fresh.keys:
        return ""
    subjects, parts = (names.add(list(column)) for column in zip(*arm.fresh.keys, strict=True))
    return (
        f" and not exists (select 1 from unnest({subjects}::bigint[], {parts}::int[])"
        " x (subject, part) where x.subject = d.subject and x.part = d.part)"
    )


def _as_rows(documents: Sequence[Document], names: Names) -> str:
    """Documents that are in no table, as one named `d`."""
    rows = [
        (each.kind, *each.key, each.at, vector_of(each), "\x1f".join(each.counted))
        for each in documents
    ]
    columns = [names.add(list(column)) for column in zip(*rows, strict=True)]
    types = ("text", "bigint", "int", "timestamptz", "text", "text")
    arrays = ", ".join(f"{c}::{t}[]" for c, t in zip(columns, types, strict=True))
    return (
        "(select u.kind, u.subject, u.part, u.at, u.vector::tsvector as tsv,"
        " coalesce(string_to_array(nullif(u.joined, ''), E'\\x1f'), '{}') as facets"
        f" from unnest({arrays}) u (kind, subject, part, at, vector, joined)) d"
    )


def _counts(rows: Sequence[tuple[str, str, int]], reader: int) -> dict[str, Counter[str]]:
    """By facet. A private tag and a hashtag of the same name are one value of `tag`; `hashtag`
    counts these alone."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in (*FACETS, "hashtag")}
    for name, row_value, n in rows:
        value = row_value
        if not name:
            name, _, value = value.removeprefix(f"{reader}/").partition("=")
            if name == "tag" and not row_value.startswith(f"{reader}/"):
                counts["hashtag"][value] += n
        counts[name][value] += n
    return counts
