"""Connections that are lent again and again."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from project.database import base
from tests.conftest import engines
from tests.neighbours.conftest import cut, role_of_its_own, url_of


def test_one_that_its_server_ended_is_not_lent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even in the moment after it was good."""
    monkeypatch.setattr(base, "CHECKED_SECONDS", 60.0)
    with role_of_its_own("ended") as role, lent(role) as connection:
        base.check(connection)
        base.check(connection)
        cut(role)
        deadline = time.monotonic() + 10
        while connection.is_fresh():
            assert time.monotonic() < deadline
        with pytest.raises(psycopg.OperationalError):
            base.check(connection)


def test_one_that_was_good_is_asked_again_after_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    with role_of_its_own("demoted") as role, lent(role) as connection:
        base.check(connection)
        connection.execute("set default_transaction_read_only = on")
        base.check(connection)  # it may be wrong for so long
        monkeypatch.setattr(base, "CHECKED_SECONDS", 0.0)
        with pytest.raises(psycopg.OperationalError, match="takes no writes"):
            base.check(connection)


def lent(role: str) -> base.Connection:
    port = conninfo_to_dict(engines.database_url)["port"]
    link: dict[str, Any] = conninfo_to_dict(url_of(role, int(str(port))))
    return base.Connection.connect(**link, autocommit=True)
