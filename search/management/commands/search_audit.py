"""manage.py search_audit: compare the indexes with what they should hold, and repair them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.elastic import Away, configured
from search.indexing import auditing, feeding


class Command(BaseCommand):
    help = "Compare the indexes of search with what they should hold, and repair what is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for store in ["postgres", "elastic"] if configured() else ["postgres"]:
                self._audit(store)
        except Away as error:
            raise CommandError(f"Elasticsearch: {error}") from error

    def _audit(self, store: str) -> None:
        feeding.feed(store, float("inf"))
        counts = auditing.audit(store, lambda done: None)
        feeding.feed(store, float("inf"))
        wrong = ", ".join(f"{counts[name]:,} {name}" for name in ("missing", "stale", "surplus"))
        name = "Elasticsearch" if store == "elastic" else "PostgreSQL"
        self.stdout.write(f"{name}: {counts['checked']:,} checked, {wrong}; repaired")
