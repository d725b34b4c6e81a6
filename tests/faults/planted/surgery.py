"""Breaking the server: what several planted bugs have in common."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "chat" / "sending" / "sql" / "chat_send_messages_2.sql"


def execute(*statements: str) -> None:
    """In the database of the environment, one process at a time."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(4711)")
        for statement in statements:
            connection.execute(statement.encode())


def rewrite_send(*changes: tuple[str, str]) -> None:
    """Store the sending function anew with parts of its text replaced. Each part must be in it, or
    the bug would not be planted at all."""
    text = SOURCE.read_text().replace("create function", "create or replace function")
    for old, new in changes:
        if old not in text:
            raise LookupError(f"not in {SOURCE.name}: {old}")
        text = text.replace(old, new)
    execute(text)


def replace(owner: Any, name: str, bug: Callable[..., Any]) -> None:
    """Let `owner` have `bug` under this name. It takes the same arguments, or what it breaks would
    be something else."""
    was, now = (list(inspect.signature(each).parameters) for each in (getattr(owner, name), bug))
    if was != now and "args" not in now:
        raise LookupError(f"{name} takes {was}, not {now}")
    setattr(owner, name, bug)
