"""Web Push endpoints: addresses that browsers bring, so any address at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

from project.addresses import NotPublic, host_of, is_public, resolve

LONGEST = 2048
RESOLVE_SECONDS = 3.0

_resolvers = ThreadPoolExecutor(8, thread_name_prefix="push-dns")


class Origin(NamedTuple):
    """Where a connection leads. One that a stranger named is `vetted` whenever it is dialled."""

    scheme: str
    host: str
    port: int
    vetted: bool

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.scheme == "https" else 80
        return host if self.port == usual else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"


class Endpoint(NamedTuple):
    origin: Origin
    path: str

    @property
    def is_apples(self) -> bool:
        """Whether this is Apple's Web Push, which never forgives a push that shows nothing."""
        host = self.origin.host
        return host == "push.apple.com" or host.endswith(".push.apple.com")


def endpoint_of(url: str) -> Endpoint:
    """Take a subscription's `endpoint` apart. Raises NotPublic for anything but a plain https
    address on its usual port; `PUSH_ALLOW_PRIVATE` allows http, any host and any port."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotPublic("address") from None
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise NotPublic("address")
    if "@" in parts.netloc or not parts.hostname:
        raise NotPublic("host")
    private = settings.PUSH_ALLOW_PRIVATE
    if parts.scheme not in (("https", "http") if private else ("https",)):
        raise NotPublic("scheme")
    usual = 443 if parts.scheme == "https" else 80
    if port not in (None, usual) and not private:
        raise NotPublic("port")
    host = parts.hostname if private else host_of(parts.hostname)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Endpoint(Origin(parts.scheme, host, port or usual, not private), path)


def check_endpoint(url: str) -> None:
    """Refuse what this server may not call. Raises NotPublic. A name that cannot be resolved just
    now passes: addresses are vetted anew whenever something is sent."""
    origin = endpoint_of(url).origin
    if not origin.vetted:
        return
    looking = _resolvers.submit(partial(resolve, origin.host, origin.port))
    try:
        addresses = looking.result(RESOLVE_SECONDS)
    except (OSError, TimeoutError, UnicodeError):
        return
    vet(addresses)


def vet(addresses: list[str]) -> None:
    """Raises NotPublic unless there are addresses and all of them are public."""
    if not addresses or not all(map(is_public, addresses)):
        raise NotPublic("addresses")


def base_of(address: str) -> tuple[Origin, str]:
    """The origin of an address that the operator set, and the path that calls go below."""
    parts = urlsplit(address)
    usual = 443 if parts.scheme == "https" else 80
    return Origin(
        parts.scheme, parts.hostname or "", parts.port or usual, False
    ), parts.path.rstrip("/")
