"""What the feed counts, for `/metrics`. A platform has one push service: web, android and ios."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

DIFFERENCES = Gauge(
    "confab_feed_differences", "Rows in which the last audit of the feed found a fault", ["what"]
)
PUSHES = Counter(
    "confab_pushes_total",
    "Attempts to push, by what came of them: sent, again, dead or failed",
    ["platform", "outcome"],
)
PUSHES_WAITING = Gauge(
    "confab_pushes_waiting",
    "Pushes in the outbox",
    ["platform"],
    multiprocess_mode="livemostrecent",  # every worker counts all of them
)
