"""A gate between those who write books and those who look through all of them.

Somebody proves a number while a chunk that holds it is being written: each would miss the other's
change. So a chunk is written behind the gate, and whoever looks through all books first waits until
those who entered before are done.
"""

from __future__ import annotations

from django.db import connection, transaction

GATE = 0x636F6E66  # any number that no other lock has


def enter() -> None:
    """Be waited for until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [GATE])


def await_all() -> None:
    """Wait for those inside. Who enters afterwards sees what is committed now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [GATE])
