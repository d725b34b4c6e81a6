"""What the feed counts, for `/metrics`."""

from __future__ import annotations

from prometheus_client import Gauge

DIFFERENCES = Gauge(
    "confab_feed_differences", "Rows in which the last audit of the feed found a fault", ["what"]
)
