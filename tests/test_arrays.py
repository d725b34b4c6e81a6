"""Lists reach PostgreSQL as they are, whatever is in them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DataError, connection

pytestmark = pytest.mark.usefixtures("server")

LISTS: list[tuple[str, list[Any]]] = [
    ("bigint[]", [1, None, -5, 2**62]),
    ("bigint[]", []),
    ("boolean[]", [True, False, None]),
    ("text[]", ["a", 'b"\\,{}', "", "NULL", None, "é\u3000 \n\t", "'; --"]),
    ("bytea[]", [b"", b"\0\xff\\\"'", None]),
    ("text[]", [None]),
    ("int[]", [[1, 2], [3, 4]]),
    ("float8[]", [1.5, float("inf")]),
]


@pytest.mark.parametrize(("kind", "given"), LISTS)
def test_a_list_comes_back(kind: str, given: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"select %s::{kind}", [given])
        (found,) = cursor.fetchone()
    assert [bytes(one) if isinstance(one, memoryview) else one for one in found] == given


def test_what_no_text_can_hold_is_refused() -> None:
    with connection.cursor() as cursor, pytest.raises(DataError):
        cursor.execute("select %s::text[]", [["a", "b\0c"]])
