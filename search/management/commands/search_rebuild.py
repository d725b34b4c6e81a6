"""manage.py search_rebuild: fill the index from the beginning, without a pause for anybody."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.elastic import Away, configured
from search.indexing import rebuilding


class Command(BaseCommand):
    help = "Fill the indexes of search anew, while they are searched and written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=["postgres", "elasticsearch"])

    def handle(self, *args: Any, **options: Any) -> None:
        only = options["only"]
        if only == "elasticsearch" and not configured():
            raise CommandError("ELASTICSEARCH_URL is not set.")
        if only != "elasticsearch":
            self._run("PostgreSQL", rebuilding.rebuild_postgres)
        if only != "postgres" and configured():
            try:
                self._run("Elasticsearch", rebuilding.rebuild_elastic)
            except Away as error:
                raise CommandError(f"Elasticsearch: {error}") from error

    def _run(self, name: str, rebuild: Any) -> None:
        started, told = time.monotonic(), [0.0]

        def progress(done: int, total: int) -> None:
            if time.monotonic() - told[0] > 1:
                told[0] = time.monotonic()
                self.stdout.write(f"{name}: {done:,} of about {total:,}")

        done = rebuild(progress)
        seconds = max(time.monotonic() - started, 0.001)
        self.stdout.write(f"{name}: {done:,} in {seconds:.1f} s, {done / seconds:,.0f} a second")
