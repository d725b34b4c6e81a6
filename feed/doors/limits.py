"""How fast one person may do things here."""

from __future__ import annotations

from project.limits import Bucket

LISTING = Bucket("feed.list", burst=120, rate=10)
MARKING = Bucket("feed.mark", burst=60, rate=5)
ARRANGING = Bucket("feed.preferences", burst=30, rate=0.5)
REGISTERING = Bucket("feed.devices", burst=20, rate=0.1)
