"""Bringing an index up to date. The rows are read again right before they are written, under a lock
that only one writer of the index holds, and a change is forgotten only when the index has it."""

from __future__ import annotations

import logging
import time

from django.db import InterfaceError, OperationalError, transaction

from search.documents import SOURCES, Document, Key
from search.elastic import Away, configured
from search.indexing import changes
from search.indexing.stores import store_of
from search.metrics import INDEXED, LAG
from search.models import Change

logger = logging.getLogger(__name__)

CHANGES = 200
ELSEWHERE = (OperationalError, InterfaceError, Away)
"""Not the fault of what is indexed: the store is away, and all waits."""


def feed(store: str, seconds: float = 5.0) -> int:
    """Index what has changed, for at most about so long; how many documents were looked at. Nothing
    while another process is at it."""
    until = time.monotonic() + seconds
    total = 0
    while (done := _step(store)) is not None:
        total += done
        if time.monotonic() > until:
            break
    return total


def _step(store: str) -> int | None:
    """One batch; None when there is nothing to do. What cannot be indexed is set aside, so that it
    does not stop the rest."""
    try:
        return _batch(store, CHANGES)
    except ELSEWHERE:
        raise
    except Exception:
        logger.exception("a batch for %s was not indexed; its changes are tried one by one", store)
    try:
        return _batch(store, 1)
    except ELSEWHERE:
        raise
    except Exception:
        logger.exception("a change for %s cannot be indexed", store)
        first = Change.objects.filter(store=store).order_by("id")[:1]
        Change.objects.filter(pk__in=list(first.values_list("pk", flat=True))).update(
            store="failed"
        )
        return 0


@transaction.atomic
def _batch(store: str, most: int) -> int | None:
    if not changes.lock(store):
        return None
    batch = changes.take(store, most)
    if batch is None:
        return None
    number = changes.next_number()
    count = 0
    for name, keys in batch.keys.items():
        if name in SOURCES:
            write(store, name, keys, number)
            count += len(keys)
    if batch.changes:
        LAG.labels(store).observe(max(0.0, time.time() - batch.changes[0].at.timestamp()))
    INDEXED.labels(store).inc(count)
    then = "elastic" if store == "postgres" and configured() else None
    changes.finish(batch, then)
    return count


def write(store: str, name: str, keys: list[Key], number: int) -> list[Document]:
    """Read these documents of a source and write them. `number` was taken before: in Elasticsearch
    a lower one never replaces a higher one."""
    source = SOURCES[name]
    documents = source.build(keys)
    store_of(store).write(source, keys, documents, number)
    return documents
