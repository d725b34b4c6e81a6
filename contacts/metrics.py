"""What contacts count, for `/metrics`."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import Counter, Histogram

ENTRIES = Counter(
    "confab_import_entries_total", "Entries of imports, by how they ended", ["outcome"]
)
IMPORTS = Counter("confab_imports_total", "Imports that are over, by how", ["state"])
HIT_RATE = Histogram(
    "confab_import_hit_rate",
    "Share of people found among the entries of an import that were looked for",
    buckets=(0.001, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0),
)
ENOUGH = 200
"""Entries of an import whose hit rate says something."""


def chunk_done(counts: Mapping[str, int]) -> None:
    for outcome, number in counts.items():
        ENTRIES.labels(outcome).inc(number)


def import_over(state: str, matched: int, invitable: int) -> None:
    IMPORTS.labels(state).inc()
    if state == "done" and matched + invitable >= ENOUGH:
        HIT_RATE.observe(matched / (matched + invitable))
