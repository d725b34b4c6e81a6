"""What a server must promise: that a commit it has answered is there after a crash.

An answered message is stored, or the product is worth nothing; so a server with `fsync` or
`synchronous_commit` off is treated as one that is not there, until it is repaired or the settings
say that nothing here is worth keeping (`DATABASE_UNSAFE`). It is asked on each connection, since
`synchronous_commit` may come from the role, and since a failover may end at a server that was set
up with less care than the first.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from project.database.connections import Connection

ASKED = "current_setting('fsync'), current_setting('synchronous_commit')"
"""SQL: two columns, the arguments of `insist`."""

START_SECONDS = 2


class ForgetfulError(psycopg.OperationalError):
    """The server may forget what it answers; the text says by which setting."""


def doubt(fsync: str, synchronous_commit: str) -> str | None:
    """Why a server with these settings is none; None if it is one."""
    if fsync == "off":
        return "fsync is off"
    return "synchronous_commit is off" if synchronous_commit == "off" else None


def insist(fsync: str, synchronous_commit: str) -> None:
    """Raises ForgetfulError, unless the settings allow such a server."""
    if not settings.DATABASE_UNSAFE and (reason := doubt(fsync, synchronous_commit)):
        raise ForgetfulError(reason)


def insist_on(connection: psycopg.Connection[Any]) -> None:
    """Ask, and `insist`."""
    answer = connection.execute(f"select {ASKED}").fetchone()  # two constants
    if answer is not None:
        insist(*answer)


def insist_at_start() -> None:
    """For a process that begins to serve. Raises ImproperlyConfigured if the server is there and
    forgets; one that is away is waited for as at any other time."""
    link = {**settings.DATABASE_LINK, "connect_timeout": str(START_SECONDS)}
    try:
        with Connection.connect(**link) as connection:
            connection.patience = START_SECONDS
            insist_on(connection)
    except ForgetfulError as error:
        raise ImproperlyConfigured(
            f"PostgreSQL may forget what it has answered: {error}. Turn it on there;"
            " DATABASE_UNSAFE=1 is for tests whose data nobody will miss."
        ) from None
    except psycopg.Error:
        return
