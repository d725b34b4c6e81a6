"""What a request tells about the device behind it."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.http import HttpRequest

from project.clients import client_ip, network_of

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class Device(NamedTuple):
    """`name` is the user agent as it came, cut; `ip` is empty when unknown. `token` is the device's
    own, as an answer with tokens told it once; empty when it brought none that could be one."""

    name: str = ""
    ip: str = ""
    token: str = ""

    @property
    def network(self) -> str:
        """What limits count by: an IPv6 customer has a whole /64."""
        return network_of(self.ip)


def device_of(request: HttpRequest) -> Device:
    name = request.headers.get("User-Agent", "")
    printable = "".join(char for char in name if char.isprintable())
    token = request.headers.get("X-Device", "")
    peer = request.META.get("REMOTE_ADDR") or ""
    ip = client_ip(peer, request.headers.get("X-Forwarded-For", ""))
    return Device(printable[:300], ip, token if _TOKEN.fullmatch(token) else "")
