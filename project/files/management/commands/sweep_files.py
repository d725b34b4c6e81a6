"""Delete what lies in the store and belongs to no file, however much it is."""

from __future__ import annotations

import math
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from project.files.services.straying import HOUR, delete_astray
from project.files.stores import PLACES


class Command(BaseCommand):
    help = (
        "Deletes every object of the store that was written more than an hour ago and belongs to"
        " no file. For when the sweep stopped because they are too many, and the database is"
        " neither a restored one nor one of several that share the store."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--limit", type=int, help="stop at more objects of a place than this; else no limit"
        )

    def handle(self, *args: Any, limit: int | None, **options: Any) -> None:
        before = timezone.now() - HOUR
        most = 2**63 if limit is None else limit
        for place in PLACES:
            deleted = delete_astray(place, before, limit=most, seconds=math.inf)
            self.stdout.write(f"{place}: {deleted} deleted")
