"""How much waits in the outbox, for `/metrics`."""

from __future__ import annotations

from django.db.models import Count

from feed.metrics import PUSHES_WAITING
from feed.models import Device, Push


def tell_waiting() -> None:
    """Count all that has no outcome yet, also what is held until quiet hours end."""
    rows = Push.objects.values("device__platform").annotate(number=Count("pk"))
    found = dict(rows.values_list("device__platform", "number"))
    for platform in Device.Platform.values:
        PUSHES_WAITING.labels(platform).set(found.get(platform, 0))
