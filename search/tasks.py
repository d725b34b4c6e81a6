"""Search's work in the background: doors to the indexers, each safe to run twice."""

from __future__ import annotations

from celery import shared_task

from search.elastic import configured
from search.indexing import auditing, feeding


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def feed_postgres() -> None:
    """Every second: bring the index in PostgreSQL up to date."""
    feeding.feed("postgres")


@shared_task  # type: ignore[untyped-decorator]
def feed_elastic() -> None:
    """Every second: bring Elasticsearch up to date, if there is one, and go on with an index that
    is being built."""
    if configured():
        from search.indexing import rebuilding

        rebuilding.go_on(5.0)
        feeding.feed("elastic")


@shared_task  # type: ignore[untyped-decorator]
def audit_some() -> None:
    """Every few minutes: compare a stretch of the indexes with what they should hold, and repair
    it."""
    auditing.audit_some()
