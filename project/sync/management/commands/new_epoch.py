"""After a restore from backup: make every device start again from a bootstrap."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from project.sync import history


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(history.new_epoch())
