"""Lists as PostgreSQL reads them. psycopg asks each element how it is written, which for a thousand
rows takes longer than writing them; a list of one plain kind needs no asking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.types import array


def _bytes(values: list[bytes | None]) -> list[str]:
    return ["NULL" if value is None else f'"\\\\x{value.hex()}"' for value in values]


def _plain(values: list[int | None]) -> list[str]:
    return ["NULL" if value is None else str(value) for value in values]


def _texts(values: list[str | None]) -> list[str]:
    return [
        "NULL" if text is None else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        for text in values
    ]


_WRITE: dict[type, Callable[[list[Any]], list[str]]] = {
    bytes: _bytes,
    int: _plain,
    bool: _plain,
    str: _texts,
}


class ListDumper(array.ListDumper):
    """The same, several times as fast where all elements are numbers, texts, bytes or truths."""

    def dump(self, obj: list[Any]) -> Buffer | None:
        kinds = set(map(type, obj)) - {type(None)}
        write = _WRITE.get(kinds.pop()) if len(kinds) == 1 else None
        if write is None:
            return super().dump(obj)
        text = f"{{{','.join(write(obj))}}}"
        if "\0" in text:
            return super().dump(obj)  # which knows what to say of it
        return text.encode()


def quicken(connection: psycopg.Connection[Any]) -> None:
    """Let this connection write lists so."""
    connection.adapters.register_dumper(list, ListDumper)
