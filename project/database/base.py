"""Django's PostgreSQL backend, on connections that are bounded and checked for what they can do."""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg import IsolationLevel
from psycopg_pool import ConnectionPool

from project.database import arrays, connections, durability, time_limits

_CHECK = f"select current_setting('transaction_read_only'), {durability.ASKED}"


CHECKED_SECONDS = 0.5
"""A connection that was good is taken for good so long, unless its server has said something since,
that it is leaving, say. To ask at each request takes as long as to find out who makes it."""


class Connection(connections.Connection):
    patience = settings.DATABASE_PATIENCE
    checked_at = float("-inf")

    def is_fresh(self) -> bool:
        """Whether it was checked a moment ago and has been silent since."""
        if time.monotonic() - self.checked_at > CHECKED_SECONDS:
            return False
        poll = select.poll()
        poll.register(self.fileno(), select.POLLIN)
        return not poll.poll(0)


def check(connection: Connection) -> None:
    """Raises for one that takes no writes: its server became a standby, or was told to be one; and
    for one whose server may forget them, or is gone."""
    if connection.is_fresh():
        return
    answer = connection.execute(_CHECK).fetchone()
    if answer is None or answer[0] != "off":
        raise psycopg.OperationalError("the server takes no writes")
    durability.insist(*answer[1:])
    connection.checked_at = time.monotonic()


_Base: Any = base.DatabaseWrapper  # whose own parts have no types


class DatabaseWrapper(_Base):  # type: ignore[misc]
    """Without serving's time-outs when `DATABASE_TIME_LIMITS` is off, which is for commands."""

    connection_class: type[connections.Connection] = Connection
    check_connection: Callable[[Any], None] | None = staticmethod(check)

    @property
    def pool(self) -> ConnectionPool[Any] | None:
        """As Django makes it, with our connections and our check."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if not options or self.alias == NO_DB_ALIAS:
            return None
        if self.alias not in self._connection_pools:
            pool = ConnectionPool(
                kwargs={**self.get_connection_params(), "autocommit": True},
                connection_class=self.connection_class,
                open=False,
                configure=self._configure_connection,
                check=self.check_connection,
                **options,
            )
            self._connection_pools.setdefault(self.alias, pool)
        found: ConnectionPool[Any] = self._connection_pools[self.alias]
        return found

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if self.pool is not None:
            return super().get_new_connection(conn_params)
        self.isolation_level = IsolationLevel.READ_COMMITTED
        return self.connection_class.connect(**{**conn_params, "autocommit": True})

    def _configure_connection(self, connection: connections.Connection) -> None:
        """What every new connection goes through, the pool's as well; all of them in autocommit."""
        super()._configure_connection(connection)
        durability.insist_on(connection)
        arrays.quicken(connection)
        time_limits.ensure(connection)
        if not settings.DATABASE_TIME_LIMITS and not self._pooled(connection):
            time_limits.set_all(connection, time_limits.NONE, local=False)

    def _set_autocommit(self, autocommit: bool) -> None:
        """A session that a pooler lends is not ours to change; a transaction is."""
        super()._set_autocommit(autocommit)
        if not autocommit and not settings.DATABASE_TIME_LIMITS and self._pooled(self.connection):
            time_limits.set_all(self.connection, time_limits.NONE, local=True)

    def chunked_cursor(self) -> Any:
        """A cursor on the server needs a session, or a transaction. Where a pooler gives us neither
        the rows are fetched at once."""
        if self.get_autocommit() and self._pooled(self.connection):
            return self.cursor()
        return super().chunked_cursor()

    @staticmethod
    def _pooled(connection: connections.Connection) -> bool:
        answer = connection.execute(connections.BACKEND).fetchone()
        return answer is None or connections.is_pooled(connection, answer[0])
