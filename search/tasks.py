"""Search's work in the background: doors to the indexers, each safe to run twice."""

from __future__ import annotations

from celery import shared_task

from search.elastic import configured
from search.indexing import auditing, feeding


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def feed_indexes() -> None:
    """Every second: bring the index in PostgreSQL up to date and right after it, if there is one
    that answers, Elasticsearch, where an index may be being built."""
    feeding.feed("postgres")
    if configured():
        from search.elastic.client import answers
        from search.indexing import rebuilding

        if answers():
            # First: what is written to an index that is lost would make another of that name.
            rebuilding.go_on(rebuilding.STEP_SECONDS)
            feeding.feed("elastic")


@shared_task  # type: ignore[untyped-decorator]
def audit_some() -> None:
    """Every few minutes: compare a stretch of the indexes with what they should hold, and repair
    it."""
    auditing.audit_some()
