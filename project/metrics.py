"""What the server counts, for `/metrics`."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

SOCKETS = Gauge("confab_sockets", "Open sockets of this process")
MESSAGES = Counter("confab_messages_total", "Messages stored by the sockets of this process")
BATCH = Histogram(
    "confab_batch_size", "Messages per database call", buckets=(1, 2, 5, 10, 20, 50, 100, 200)
)
CLOSED = Counter("confab_sockets_closed_total", "Sockets the server closed, by code", ["code"])
RESUMES = Counter("confab_resumes_total", "Sockets greeted, by how they went on", ["outcome"])
DROPPED = Counter("confab_hints_dropped_total", "Hints not published, because Redis was away")
CATCH_UPS = Counter("confab_catch_ups_total", "Pages read because a hint was missing or bare")
