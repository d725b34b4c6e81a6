"""manage.py search_audit: compare the indexes with what they should hold, and repair them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.elastic import Away, configured
from search.indexing import auditing, feeding


class Command(BaseCommand):
    help = "Compare the indexes of search with what they should hold, and repair what is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=["postgres", "elasticsearch"])

    def handle(self, *args: Any, **options: Any) -> None:
        only = options["only"]
        if only == "elasticsearch" and not configured():
            raise CommandError("ELASTICSEARCH_URL is not set.")
        try:
            if only != "elasticsearch":
                self._audit("postgres")
            if only != "postgres" and configured():
                self._audit("elastic")
        except Away as error:
            raise CommandError(f"Elasticsearch: {error}") from error

    def _audit(self, store: str) -> None:
        feeding.feed(store, float("inf"))
        counts = auditing.audit(store, lambda done: None)
        feeding.feed(store, float("inf"))
        wrong = ", ".join(f"{counts[name]:,} {name}" for name in ("missing", "stale", "surplus"))
        name = "Elasticsearch" if store == "elastic" else "PostgreSQL"
        self.stdout.write(f"{name}: {counts['checked']:,} checked, {wrong}; repaired")
