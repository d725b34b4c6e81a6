"""`manage.py feed_audit`: whether the feed's counts are what their rows say."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from feed.services.auditing import audit


class Command(BaseCommand):
    help = "Compare the feed's kept counts with its rows; fails when one differs."

    def handle(self, *_: Any, **__: Any) -> None:
        found = audit()
        if any(found.values()):
            raise CommandError(f"Differences: {found}")
        self.stdout.write("0 differences")
