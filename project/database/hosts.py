"""Of several hosts in `DATABASE_URL` those that did not answer lately are asked last.

libpq asks them in the order in which they stand there and waits for each, so one whose packets have
stopped would cost every new connection the whole time-out, also when another leads by now.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

SECONDS = 10.0

Place = tuple[str, str]
"""A host and its port."""

_silent: dict[Place, float] = {}


def note_silent(link: Mapping[str, Any]) -> None:
    """The one host of this link did not answer in time."""
    _silent[str(link.get("host", "")), str(link.get("port", ""))] = time.monotonic() + SECONDS


def each(link: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A link to each of its hosts, in the order in which they should be asked."""
    hosts = str(link.get("host") or "").split(",")
    ports = str(link.get("port") or "").split(",")
    if len(hosts) == 1 or link.get("hostaddr") or len(ports) not in (1, len(hosts)):
        return [dict(link)]  # as it is: libpq knows it, or says what is wrong with it
    if len(ports) == 1:
        ports *= len(hosts)
    now = time.monotonic()
    places = zip(hosts, ports, strict=True)
    ordered = sorted(places, key=lambda place: _silent.get(place, 0.0) > now)
    return [{**link, "host": host, "port": port} for host, port in ordered]
