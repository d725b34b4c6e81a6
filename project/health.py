"""`/health/live`, `/health/ready` and `/metrics`."""

from __future__ import annotations

import functools
import re
import threading
import time
from collections.abc import Callable

import psycopg
import redis
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST
from rest_framework.request import Request

from project import draining, wire
from project.database import durability
from project.database.connections import Connection
from project.metrics import exposition
from project.problems import safe_only
from project.rest import Answer, Operations

operations = Operations("operations")
PROBES = "they cost nothing, and whoever asks in vain takes us for dead"

FOR_MACHINES = re.compile(r"/(api/v1/)?(health/(live|ready)|metrics)")

TIMEOUT = 1.0
FRESH_SECONDS = 1.0
"""For so long one look serves everybody who asks: probes are public and must cost nothing."""


class Check(wire.Output, omit_defaults=True):
    """One part's state; `milliseconds` is how long it took to answer."""

    status: str
    milliseconds: float
    detail: str = ""


class Health(wire.Output):
    """`down` when chat cannot work here (no PostgreSQL, one that may forget what it answers, one
    without the tables of this release, or a process that is being stopped), `degraded` when it
    cannot be written or another part is away."""

    status: str
    checks: dict[str, Check]


class DegradedError(Exception):
    """A part answers and does not do all that it should. The text is for operators."""


class UnpreparedError(Exception):
    """A part answers and is of no use yet. The text is for operators."""


class Probe(Connection):
    patience = 2 * TIMEOUT


def _postgres() -> None:
    """By a connection of its own: the pool would let a probe wait for longer than probes do."""
    link = {**settings.DATABASE_LINK, "connect_timeout": "2"}
    try:
        with Probe.connect(**link) as connection:
            durability.insist_on(connection)
            missing = migrations() - applied(connection)
    except durability.ForgetfulError:
        raise
    except psycopg.OperationalError:
        with Probe.connect(**{**link, "target_session_attrs": "any"}) as connection:
            answer = connection.execute("SHOW transaction_read_only").fetchone()
        if answer is not None and answer[0] == "on":
            raise DegradedError("takes no writes") from None
        return
    if missing:
        raise UnpreparedError(f"{len(missing)} migrations are not applied yet")


@functools.cache
def migrations() -> frozenset[tuple[str, str]]:
    """Those that this release needs, by app and name; one that is newer does us no harm."""
    return frozenset(MigrationLoader(None).disk_migrations)


def applied(connection: Connection) -> set[tuple[str, str]]:
    try:
        return set(connection.execute("SELECT app, name FROM django_migrations").fetchall())
    except psycopg.errors.UndefinedTable:
        return set()


def _redis() -> None:
    """Asks for a write: a replica, or a full memory, answers a ping all the same."""
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT
    )
    with client:
        try:
            client.set("confab.probe", "", ex=60)
        except redis.ResponseError as error:
            raise DegradedError("takes no writes") from error


CHECKS: dict[str, Callable[[], None]] = {"postgres": _postgres, "redis": _redis}


def look(name: str) -> Check:
    """Ask one part now."""
    started = time.perf_counter()
    status, detail = "ok", ""
    try:
        CHECKS[name]()
    except DegradedError as error:
        status, detail = "degraded", str(error)
    except (durability.ForgetfulError, UnpreparedError) as error:
        status, detail = "down", str(error)
    except Exception as error:
        status, detail = "down", type(error).__name__
    elapsed = (time.perf_counter() - started) * 1000
    return Check(status=status, milliseconds=round(elapsed, 1), detail=detail)


class Looks:
    """What the last look at all parts has shown. One caller looks, the others get the last one."""

    def __init__(self) -> None:
        self._looking = threading.Lock()
        self._checks: dict[str, Check] = {}
        self._at = -FRESH_SECONDS

    def checks(self) -> dict[str, Check]:
        if self._is_fresh() or not self._looking.acquire(blocking=not self._checks):
            return self._checks
        try:
            if not self._is_fresh():
                self._checks = {name: look(name) for name in CHECKS}
                self._at = time.monotonic()
        finally:
            self._looking.release()
        return self._checks

    def _is_fresh(self) -> bool:
        return time.monotonic() - self._at < FRESH_SECONDS


_looks = Looks()


class AnyHost:
    """Middleware: probes and metrics are asked by machines, which name us by whatever address they
    have. (`SECURE_REDIRECT_EXEMPT` lets them come without TLS.)"""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if FOR_MACHINES.fullmatch(request.path_info):
            request.META["HTTP_HOST"] = settings.ALLOWED_HOSTS[0].lstrip("*.") or "localhost"
        return self.get_response(request)


@operations.add("GET", "/health/live", answers={200: Health}, public=True, unlimited=PROBES)
def live(request: Request) -> Health:
    """The process answers; touches nothing else"""
    return Health(status="ok", checks={})


@operations.add(
    "GET", "/health/ready", answers={200: Health, 503: Health}, public=True, unlimited=PROBES
)
def ready(request: Request) -> Answer:
    """Whether the server can do its work, part by part; `down` too while it is being stopped"""
    checks = _looks.checks()
    if draining.under_way():
        checks = {**checks, "process": Check("down", 0.0, "is being stopped")}
    if draining.under_way() or checks["postgres"].status == "down":
        return Answer(Health(status="down", checks=checks), 503)
    well = all(check.status == "ok" for check in checks.values())
    return Answer(Health(status="ok" if well else "degraded", checks=checks))


@safe_only
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format, at `/metrics`; a proxy keeps it from the public."""
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)
