"""How fast one person may search."""

from __future__ import annotations

from project.limits import Bucket

SEARCHING = Bucket("search", burst=60, rate=5)
SUGGESTING = Bucket("search.suggest", burst=60, rate=10)
