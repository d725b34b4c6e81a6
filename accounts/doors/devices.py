"""What a request tells about the device behind it."""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest

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
        try:
            address = ipaddress.ip_address(self.ip)
        except ValueError:
            return self.ip
        if isinstance(address, ipaddress.IPv6Address):
            return str(ipaddress.ip_network((address, 64), strict=False))
        return str(address)


def device_of(request: HttpRequest) -> Device:
    name = request.headers.get("User-Agent", "")
    printable = "".join(char for char in name if char.isprintable())
    token = request.headers.get("X-Device", "")
    return Device(printable[:300], client_ip(request), token if _TOKEN.fullmatch(token) else "")


def client_ip(request: HttpRequest) -> str:
    """The peer's address, or what the outermost trusted proxy saw. Anything further left
    in `X-Forwarded-For` is only what a client claims."""
    hops = [request.META.get("REMOTE_ADDR") or ""]
    if settings.TRUSTED_PROXIES:
        forwarded = request.headers.get("X-Forwarded-For", "")
        hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()] + hops
    ip = hops[max(0, len(hops) - 1 - settings.TRUSTED_PROXIES)]
    try:
        return str(ipaddress.ip_address(ip))
    except ValueError:
        return ""
