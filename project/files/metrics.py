"""What files count, for `/metrics`."""

from __future__ import annotations

from prometheus_client import Counter

FILES = Counter(
    "confab_files_total",
    "Files, by the state that they came to in this process",
    ["state", "reason"],
)
ERASED = Counter(
    "confab_files_erased_total", "Objects erased by this process", ["place", "outcome"]
)
SWEEPS_STOPPED = Counter(
    "confab_files_sweeps_stopped_total",
    "Sweeps of the store that met more objects of no file than they may delete",
    ["place"],
)
ASTRAY = Counter("confab_files_astray_total", "Objects that belonged to no file", ["place"])
