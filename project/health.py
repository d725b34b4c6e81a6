"""`/health/live`, `/health/ready` and `/metrics`."""

from __future__ import annotations

import time
from collections.abc import Callable

import psycopg
import redis
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from rest_framework.request import Request

from project import wire
from project.problems import safe_only
from project.rest import Answer, Operations

operations = Operations("operations")

TIMEOUT = 1.0


class Check(wire.Output, omit_defaults=True):
    """One part's state; `milliseconds` is how long it took to answer."""

    status: str
    milliseconds: float
    detail: str = ""


class Health(wire.Output):
    """`down` when chat cannot work (no PostgreSQL), `degraded` when another part is away."""

    status: str
    checks: dict[str, Check]


def _postgres() -> None:
    """By a connection of its own: the pool would let a probe wait for longer than probes do."""
    with psycopg.connect(settings.DATABASE_URL, connect_timeout=2) as link:
        link.execute("SELECT 1")


def _redis() -> None:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT
    )
    with client:
        client.ping()


CHECKS: dict[str, Callable[[], None]] = {"postgres": _postgres, "redis": _redis}


def _check(probe: Callable[[], None]) -> Check:
    started = time.perf_counter()
    try:
        probe()
    except Exception as error:
        elapsed = (time.perf_counter() - started) * 1000
        return Check(status="down", milliseconds=round(elapsed, 1), detail=type(error).__name__)
    return Check(status="ok", milliseconds=round((time.perf_counter() - started) * 1000, 1))


@operations.add("GET", "/health/live", answers={200: Health}, public=True)
def live(request: Request) -> Health:
    """The process answers; touches nothing else"""
    return Health(status="ok", checks={})


@operations.add("GET", "/health/ready", answers={200: Health, 503: Health}, public=True)
def ready(request: Request) -> Answer:
    """Whether the server can do its work, part by part"""
    checks = {name: _check(probe) for name, probe in CHECKS.items()}
    if checks["postgres"].status != "ok":
        return Answer(Health(status="down", checks=checks), 503)
    well = all(check.status == "ok" for check in checks.values())
    return Answer(Health(status="ok" if well else "degraded", checks=checks))


@safe_only
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format, at `/metrics`; a proxy keeps it from the public."""
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
