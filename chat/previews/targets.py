"""Taking an address apart, once: the same parts are vetted, connected to and asked for."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from chat.previews.links import LONGEST
from chat.previews.refusing import Refused
from project.addresses import NotPublic, host_of

PORTS = {"http": 80, "https": 443}

_SAFE = "%/:=&?~#+!$,;'@()*[]"
_BARE = re.compile(r"[\x00-\x20\x7f\\]")


class Target(NamedTuple):
    """What to connect to and what to ask there."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """As it stands in the header `Host`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    def joined(self, location: str) -> str:
        """Where a redirect leads."""
        return urljoin(f"{self.scheme}://{self.authority}{self.path}", location)


def target_of(url: str) -> Target:
    """Raises Refused for anything but a plain http or https address on its usual port."""
    if len(url) > LONGEST or _BARE.search(url):
        raise Refused("address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("address") from None
    if parts.scheme not in PORTS:
        raise Refused("scheme")
    if "@" in parts.netloc:
        raise Refused("credentials")
    port = PORTS[parts.scheme] if port is None else port
    if port not in PORTS.values():
        raise Refused("port")
    try:
        host = host_of(parts.hostname or "")
    except NotPublic as error:
        raise Refused(*error.args) from None
    path = quote(parts.path or "/", safe=_SAFE)
    query = f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    return Target(parts.scheme, host, port, path + query)
