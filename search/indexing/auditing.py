"""Comparing an index with what it should hold, and repairing it: what is missing, what is stale and
what should not be there is written anew like any other change."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable

from django.db import connection

from search.documents import Key, Source
from search.elastic import configured
from search.indexing import changes, walking
from search.indexing.stores import store_of
from search.indexing.walking import Page
from search.models import Walk

SECONDS = 10.0


def audit(
    store: str, progress: Callable[[int], None], seconds: float = float("inf")
) -> Counter[str]:
    """Walk on from where the last audit of this store ended, for so long or to the end. The counts:
    `checked`, and of what was wrong `missing`, `stale` and `surplus`."""
    until = time.monotonic() + seconds
    walk = walking.begin(f"audit {store}")
    counts: Counter[str] = Counter()
    for page in walking.pages(walk):
        counts += _check(store, page)
        walking.advance(walk, page)
        progress(counts["checked"])
        if time.monotonic() > until:
            return counts
    Walk.objects.filter(pk=walk.pk).delete()
    return counts


def audit_some() -> Counter[str]:
    """A stretch of each index; and what is left of old deletions goes."""
    counts = audit("postgres", lambda done: None, SECONDS)
    if configured():
        from search.elastic import storing as elastic

        counts += audit("elastic", lambda done: None, SECONDS)
        counts["forgotten"] = sum(map(elastic.forget_gone, elastic.live()))
    return counts


def _check(store: str, page: Page) -> Counter[str]:
    source = page.source
    expected = {(d.kind, d.key): d.digest for d in source.build(page.keys)}
    counts: Counter[str] = Counter(checked=len(page.keys))
    for actual in store_of(store).held(source, page.after, page.upto):
        wrong = {key for key in expected.keys() | actual.keys()
                 if expected.get(key) != actual.get(key)}  # fmt: skip
        late = _pending(source, [key for _, key in wrong])
        wrong = {(kind, key) for kind, key in wrong if key not in late}
        counts["missing"] += sum(key not in actual for key in wrong)
        counts["surplus"] += sum(key not in expected for key in wrong)
        counts["stale"] += sum(key in actual and key in expected for key in wrong)
        changes.note(source.name, sorted({key for _, key in wrong}), store)
    return counts


def _pending(source: Source, keys: Iterable[Key]) -> set[Key]:
    """Those of these keys that are known to have changed: the index is not wrong but late."""
    wanted = list(keys)
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "select k.subject, k.part from unnest(%s::bigint[], %s::int[]) k (subject, part)"
            " where exists (select 1 from search_change g, unnest(g.subjects, g.parts) c (s, p)"
            " where g.source = %s and c.s = k.subject"
            " and (c.p = k.part or g.upto is not null and k.part between c.p and g.upto))",
            [[key[0] for key in wanted], [key[1] for key in wanted], source.name],
        )
        return {(subject, part) for subject, part in cursor}
