"""What an error of the database means: the one place where SQLSTATEs are sorted.

Exception classes do not say it: a server that became read-only is an "internal error" to psycopg,
as a bug is. (PostgreSQL's manual, appendix A, lists the states.)
"""

from __future__ import annotations

from enum import Enum

import psycopg
from django import db


class Meaning(Enum):
    """`BROKEN`: this connection is of no use any more, another may be. `BUSY`: the server cannot
    now. `HELD`: somebody else keeps a row that this needs. `OTHER_RELEASE`: a function, table or
    column is not there (yet), as in the middle of an upgrade. `CONTENT`: what was given cannot be
    stored. `OURS`: anything else, a mistake of the program."""

    BROKEN = "broken"
    BUSY = "busy"
    HELD = "held"
    OTHER_RELEASE = "other release"
    CONTENT = "content"
    OURS = "ours"


_STATES = {
    "25006": Meaning.BROKEN,  # read-only: a standby, or a server that was told to take no writes
    "25P03": Meaning.BROKEN,  # idle in transaction for too long
    "25P04": Meaning.BROKEN,  # the transaction took too long
    "26000": Meaning.BROKEN,  # a prepared statement is not there: a pooler changed the session
    "42P05": Meaning.BROKEN,  # … or is there already
    "34000": Meaning.BROKEN,  # … or a cursor is not
    "57014": Meaning.HELD,  # cancelled, by a time-out as a rule
    "57P05": Meaning.BROKEN,  # idle for too long
    "55P03": Meaning.HELD,  # lock_timeout
    "55006": Meaning.BUSY,  # object in use
    "40001": Meaning.BUSY,  # could not be serialised
    "40P01": Meaning.BUSY,  # deadlock
    "0A000": Meaning.BROKEN,  # a plan that was prepared before its function changed
    "42883": Meaning.OTHER_RELEASE,  # no such function
    "42P01": Meaning.OTHER_RELEASE,  # no such table
    "42703": Meaning.OTHER_RELEASE,  # no such column
    "3D000": Meaning.BROKEN,  # no such database
}
_CLASSES = {
    "08": Meaning.BROKEN,  # connection
    "28": Meaning.BROKEN,  # not let in: a password that is being changed
    "57": Meaning.BROKEN,  # the server is stopped, starts, or ended us
    "53": Meaning.BUSY,  # disk, memory or connections are used up
    "58": Meaning.BUSY,  # the disk failed
    "40": Meaning.BUSY,  # rolled back
    "22": Meaning.CONTENT,
    "23": Meaning.CONTENT,
}
_GONE = (  # the pool's own errors are OperationalErrors too
    psycopg.OperationalError,
    psycopg.InterfaceError,
    db.OperationalError,
    db.InterfaceError,
    OSError,
)


def sqlstate_of(error: BaseException) -> str | None:
    """The SQLSTATE of psycopg's error, or of the one that Django wrapped."""
    for found in (error, error.__cause__):
        state = getattr(found, "sqlstate", None)
        if isinstance(state, str):
            return state
    return None


def meaning_of(error: BaseException) -> Meaning:
    """What kind of failure this is. An error without a SQLSTATE never reached the server."""
    state = sqlstate_of(error)
    if state is not None:
        return _STATES.get(state) or _CLASSES.get(state[:2], Meaning.OURS)
    if isinstance(error, UnicodeError | psycopg.DataError | db.DataError):
        return Meaning.CONTENT
    return Meaning.BROKEN if isinstance(error, _GONE) else Meaning.OURS


PASSING = frozenset({Meaning.BROKEN, Meaning.BUSY, Meaning.HELD, Meaning.OTHER_RELEASE})


def is_passing(error: BaseException) -> bool:
    """Whether the database failed so that the same may work a little later: `unavailable`."""
    return isinstance(error, psycopg.Error | db.Error) and meaning_of(error) in PASSING
