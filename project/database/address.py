"""`DATABASE_URL`: what libpq understands, and the few options that are Django's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

SCHEMES = ("postgresql", "postgres", "psql", "pgsql")
# A host that dies without a word is noticed by the kernel: what it does not acknowledge within 8 s,
# and a silence of 20 + 3 x 5 s, end the connection. A server that takes no writes is no server.
DEFAULTS = {
    "connect_timeout": "3",
    "tcp_user_timeout": "8000",
    "keepalives": "1",
    "keepalives_idle": "20",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "target_session_attrs": "read-write",
    "application_name": "confab",
}
OF_DJANGO = ("disable_server_side_cursors", "conn_max_age", "conn_health_checks")
TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


class Address(NamedTuple):
    """`link` is for libpq: `psycopg.connect(**link)`. The rest is what the URL says to Django: how
    many seconds a connection may live, and whether cursors may be on the server."""

    link: dict[str, Any]
    max_age: int
    server_side_cursors: bool

    def for_reading(self) -> dict[str, Any]:
        """The same for a server that takes no writes, and is waited for no longer than needed."""
        link = {"target_session_attrs": "any", "connect_timeout": "2"}
        return self._replace(link=self.link | link).for_django()

    def for_django(self) -> dict[str, Any]:
        """An entry of `DATABASES`, without its engine."""
        named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD"}
        named |= {"host": "HOST", "port": "PORT"}
        return {
            **{name: self.link.get(key, "") for key, name in named.items()},
            "DISABLE_SERVER_SIDE_CURSORS": not self.server_side_cursors,
            "CONN_MAX_AGE": self.max_age,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {key: value for key, value in self.link.items() if key not in named},
        }


def read(url: str) -> Address:
    """Raises ImproperlyConfigured for what neither libpq nor we know, without the password.

    Several hosts may be given, `postgresql://user@one:5432,two:5432/confab`.
    """
    scheme, _, rest = url.partition("://")
    if scheme not in SCHEMES or not rest:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://")
    base, _, query = rest.partition("?")
    options = parse_qsl(query, keep_blank_values=True)
    ours = {key.lower(): value for key, value in options if key.lower() in OF_DJANGO}
    libpqs = [(key, value) for key, value in options if key.lower() not in OF_DJANGO]
    link = DEFAULTS | _libpq(base, libpqs)
    if not link.get("dbname"):
        raise ImproperlyConfigured("DATABASE_URL must name a database: postgresql://host/confab")
    return Address(
        link=link,
        max_age=_seconds(ours),
        server_side_cursors=not _switch(ours, "disable_server_side_cursors"),
    )


def _libpq(base: str, options: list[tuple[str, str]]) -> dict[str, Any]:
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    for key, _ in options:
        if key == "options":
            raise ImproperlyConfigured(
                "DATABASE_URL: options= is for one session, which a pooler does not keep."
                " Set it for the role instead: ALTER ROLE … SET …"
            )
        if key not in known:
            raise ImproperlyConfigured(
                f"DATABASE_URL: {key} is no option of PostgreSQL's client library, nor one of"
                f" {', '.join(OF_DJANGO)}."
            )
    query = urlencode(options).replace("+", "%20")
    try:
        return conninfo_to_dict(f"postgresql://{base}" + (f"?{query}" if query else ""))
    except psycopg.ProgrammingError:
        host = urlsplit(f"//{base}").hostname or "its host"
        raise ImproperlyConfigured(
            f"DATABASE_URL cannot be read, near {host}: are special characters of the password"
            " written as %40?"
        ) from None


def _switch(options: Mapping[str, str], name: str) -> bool:
    value = options.get(name, "0").lower()
    if value not in TRUE + FALSE:
        raise ImproperlyConfigured(f"DATABASE_URL: {name} must be true or false.")
    return value in TRUE


def _seconds(options: Mapping[str, str]) -> int:
    value = options.get("conn_max_age", "0")
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured("DATABASE_URL: conn_max_age must be a number of seconds.")
    return int(value)
