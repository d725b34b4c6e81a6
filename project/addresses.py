"""Which hosts may be called on a stranger's word: those all of whose addresses are public."""

from __future__ import annotations

import ipaddress
import re
import socket

import idna

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Public to the `ipaddress` module, but not a host that somebody's page lies on.
NOT_PUBLIC = [
    ipaddress.ip_network(network)
    for network in (
        "168.63.129.16/32",  # what a cloud's machines ask about themselves
        "192.0.0.0/24",
        "192.88.99.0/24",  # relays to IPv6
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",  # protocols' own, with tunnels that hold an IPv4 address
        "2002::/16",  # likewise
        "3fff::/20",
    )
]
# All other ranges of IPv6 are local, embed an IPv4 address (also translated: 64:ff9b::/96), or are
# given to nobody.
UNICAST = ipaddress.ip_network("2000::/3")

_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")


class NotPublic(Exception):
    """Nothing that this server may call. The argument says why, for the log."""


def is_public(address: str) -> bool:
    """Whether the address is one that anybody on the Internet could ask."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not found.is_global or found.is_multicast or found.is_reserved:
        return False
    if found.version == 6 and found not in UNICAST:
        return False
    return not any(found.version == net.version and found in net for net in NOT_PUBLIC)


def host_of(name: str) -> str:
    """The host as DNS knows it. Raises NotPublic for a name without a dot, which is of the inner
    network, and for numbers that only some software takes for an address (`2130706433`, `0x7f.1`).
    """
    literal = _literal(name)
    if literal is not None:
        return str(literal)
    try:
        known = name if name.isascii() else idna.encode(name, uts46=True).decode()
        host = known.lower().removesuffix(".")
    except UnicodeError:
        raise NotPublic("host") from None
    last = host.rpartition(".")[2]
    if len(host) > 253 or not _NAME.fullmatch(host) or _NUMBER.fullmatch(last):
        raise NotPublic("host")
    return host


def _literal(name: str) -> Address | None:
    if "%" in name:
        raise NotPublic("host")
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host; OSError if there is none. It may take long: nothing limits it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
