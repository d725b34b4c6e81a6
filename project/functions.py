"""Database functions: each in a file of its own beside its callers, named by its version.

A function that was released is never changed, since older processes still call it while newer ones
start: a new version gets a new name and a new file, and the old one is dropped a release later.
"""

from __future__ import annotations

from pathlib import Path

from django.db import migrations


def install(path: Path) -> migrations.RunSQL:
    """The step of a migration that creates the function of this file, `<name>.sql`."""
    return migrations.RunSQL(path.read_text(), f"drop function {path.stem}")
