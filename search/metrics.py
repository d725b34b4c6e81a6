"""What search counts, for `/metrics`."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

SEARCHES = Counter("confab_searches_total", "Searches, by what answered", ["backend", "degraded"])
INDEXED = Counter("confab_search_indexed_total", "Documents indexed by this process", ["store"])
LAG = Histogram(
    "confab_search_lag_seconds",
    "Age of the oldest change of each batch when it was indexed",
    ["store"],
    buckets=(0.1, 0.25, 0.5, 1, 1.5, 2, 5, 10, 30, 60, 600),
)
