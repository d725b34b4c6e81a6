"""Django's `migrate`, one at a time: machines that start together may all be told to do it, and all
but one wait and then find nothing left to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.commands import migrate

from project.database.connections import Connection
from project.database.time_limits import NONE, set_all

_TRY = "select pg_try_advisory_xact_lock(hashtext('confab migrate'))"
_WAIT = "select pg_advisory_xact_lock(hashtext('confab migrate'))"


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with self._alone():
            super().handle(*args, **options)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock in a transaction of another connection: a pooler keeps that, no session."""
        with Connection.connect(**settings.DATABASE_LINK) as connection:
            set_all(connection, NONE, local=True)
            got = connection.execute(_TRY).fetchone()
            if got is None or not got[0]:
                self.stderr.write("Waiting for another migration to end.")
                connection.execute(_WAIT)
            yield
