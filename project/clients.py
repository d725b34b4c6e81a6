"""From where a client calls, as the proxies in front tell it."""

from __future__ import annotations

import ipaddress
import re

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # of IPv4, for machines without it (RFC 6052)
_WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](?::\d+)?|(?P<four>[\d.]+):\d+")


def read(text: str) -> Address | None:
    """The address in one entry of `X-Forwarded-For`: without its port, and IPv4 as itself where
    it was written as IPv6 (`::ffff:198.51.100.8`, which is all of IPv4 to who listens at `::`)."""
    text = text.strip().strip('"')
    if (found := _WITH_PORT.fullmatch(text)) is not None:
        text = found["six"] or found["four"]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address in _TRANSLATED:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address
    return address


def client_ip(peer: str, forwarded: str) -> str:
    """The peer's address, or what the outermost trusted proxy saw; anything further left in
    `X-Forwarded-For` is only what a client claims. Where that cannot be read it is the proxy's that
    wrote it, so that not all who cannot be read are one. Empty when nothing is known."""
    hops = [peer]
    if settings.TRUSTED_PROXIES:
        hops = [hop for hop in forwarded.split(",") if hop.strip()] + hops
    believed = hops[max(0, len(hops) - 1 - settings.TRUSTED_PROXIES) :]
    readable = (address for hop in believed if (address := read(hop)) is not None)
    return str(next(readable, ""))


def network_of(ip: str) -> str:
    """What limits count by: an IPv6 customer has a whole /64."""
    address = read(ip)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return ip if address is None else str(address)
