"""Database functions: the installed ones are those of the files; a released one stays as it is."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(ROOT.glob("*/*/sql/*.sql")) + sorted(ROOT.glob("project/*/*/sql/*.sql"))
FUNCTION = re.compile(r"create (?:or replace )?function (\w+)\(.*?\$\$(.*?)\$\$", re.DOTALL)
FUNCTIONS = dict(found for path in FILES for found in FUNCTION.findall(path.read_text()))

RELEASED = {
    "chat/migrations/send_messages.sql": "1d5938bf76105703",
    "chat/migrations/move_marks.sql": "88d5f096b26a9ab6",
}
"""The first sixteen digits of the SHA-256 of what a release has put into databases."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_installed_function_is_the_files(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select prosrc from pg_proc where proname = %s", [name])
        ((installed,),) = cursor.fetchall()
    assert installed == FUNCTIONS[name]


@pytest.mark.parametrize("path", RELEASED)
def test_what_was_released_is_not_changed(path: str) -> None:
    digest = hashlib.sha256((ROOT / path).read_bytes()).hexdigest()
    assert digest[:16] == RELEASED[path], "make a new version instead"
