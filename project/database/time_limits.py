"""The time-outs that serving relies on, kept by the server for the role.

They belong to the role in this database, not to a session, so they hold through a pooler as well.
Whoever wants other values gives them to the role (`ALTER ROLE … IN DATABASE … SET …`): only what
is not set at all is set here.
"""

from __future__ import annotations

import logging
from typing import Any

import psycopg
from psycopg import sql

logger = logging.getLogger(__name__)

SERVING = {
    "statement_timeout": "20s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "10s",
    # The server ends a statement whose client gave up and left.
    "client_connection_check_interval": "2s",
}
NONE = dict.fromkeys(SERVING, "0")

_PRESENT = "select name, setting from pg_settings where name = any(%s)"
_LOCK = "select pg_advisory_xact_lock(hashtext('confab time limits'))"
_FOR_ROLE = "alter role current_user in database {} set {} = {}"


def ensure(connection: psycopg.Connection[Any]) -> None:
    """Give the role what it lacks, and this session too, which began without it. A role that may
    not be changed is worth a warning, no failure."""
    present = dict(connection.execute(_PRESENT, [list(SERVING)]).fetchall())
    lacking = {name: SERVING[name] for name, setting in present.items() if setting == "0"}
    if not lacking:
        return
    try:
        with connection.transaction():
            connection.execute(_LOCK)
            for name, value in lacking.items():
                parts = (connection.info.dbname, name)
                statement = sql.SQL(_FOR_ROLE).format(*map(sql.Identifier, parts), value)
                connection.execute(statement)
        set_all(connection, lacking, local=False)
    except psycopg.Error as error:
        logger.warning("the role has no time-outs, and gets none: %s", error)


def set_all(connection: psycopg.Connection[Any], limits: dict[str, str], *, local: bool) -> None:
    """For the session, or only for the transaction that is under way."""
    calls = sql.SQL(", ").join(
        sql.SQL("set_config({}, {}, {})").format(name, value, local)
        for name, value in limits.items()
    )
    connection.execute(sql.SQL("select {}").format(calls))
