"""Connections that wait for nobody for ever.

A limit that the server keeps is worth nothing when packets stop, so each wait has one of ours as
well. When it is over the socket is dropped: a cancel would end the server's wait for its standby
and show a commit that is not replicated.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Self, TypeVar

import psycopg
from psycopg import errors
from psycopg.abc import PQGen

from project.database import hosts

R = TypeVar("R")

INTERVAL = 0.1  # between looks for Ctrl-C, as psycopg has it


class NoAnswerError(psycopg.OperationalError):
    """The server did not answer in time. What it was asked may be done or not."""


class Connection(psycopg.Connection[Any]):
    """`patience`: seconds that one statement may take; None for no limit."""

    patience: float | None = None

    @classmethod
    def connect(cls, conninfo: str = "", **link: Any) -> Self:
        """Raises what the last host that was asked did. The link comes by keywords alone."""
        assert not conninfo
        *others, last = hosts.each(link)
        for each in others:
            with suppress(psycopg.OperationalError):
                return cls._connect(each)
        return cls._connect(last)

    @classmethod
    def _connect(cls, link: dict[str, Any]) -> Self:
        try:
            return super().connect(**link)
        except errors.ConnectionTimeout:
            hosts.note_silent(link)
            raise

    def wait(self, gen: PQGen[R], interval: float = INTERVAL, timeout: float | None = None) -> R:
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except errors._WaitTimeout:
            raise _dropped(self.pgconn) from None


class AsyncConnection(psycopg.AsyncConnection[Any]):
    """The same for the event loop."""

    patience: float | None = None

    @classmethod
    async def connect(cls, conninfo: str = "", **link: Any) -> Self:
        assert not conninfo
        *others, last = hosts.each(link)
        for each in others:
            with suppress(psycopg.OperationalError):
                return await cls._connect(each)
        return await cls._connect(last)

    @classmethod
    async def _connect(cls, link: dict[str, Any]) -> Self:
        try:
            return await super().connect(**link)
        except errors.ConnectionTimeout:
            hosts.note_silent(link)
            raise

    async def wait(
        self,
        gen: PQGen[R],
        interval: float = INTERVAL,
        timeout: float | None = None,  # noqa: ASYNC109 - psycopg's own
    ) -> R:
        try:
            return await super().wait(gen, interval, self.patience if timeout is None else timeout)
        except errors._WaitTimeout:
            raise _dropped(self.pgconn) from None


def _dropped(pgconn: psycopg.pq.abc.PGconn) -> NoAnswerError:
    hosts.note_silent({"host": pgconn.host.decode(), "port": pgconn.port.decode()})
    pgconn.finish()
    return NoAnswerError("PostgreSQL did not answer in time")


# A pooler makes up the process id that it tells its clients.
BACKEND = "select pg_backend_pid()"


def is_pooled(connection: psycopg.BaseConnection[Any], backend: int) -> bool:
    """Whether a pooler stands between us and the process that answered `BACKEND`."""
    return connection.info.backend_pid != backend
