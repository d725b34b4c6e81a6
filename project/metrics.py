"""What the server counts, for `/metrics`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import redis
from django.conf import settings
from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from project.redis import connect

SOCKETS = Gauge("confab_sockets", "Open sockets", multiprocess_mode="livesum")
MESSAGES = Counter("confab_messages_total", "Messages stored by the sockets")
BATCH = Histogram(
    "confab_batch_size", "Messages per database call", buckets=(1, 2, 5, 10, 20, 50, 100, 200)
)
CLOSED = Counter("confab_sockets_closed_total", "Sockets the server closed, by code", ["code"])
RESUMES = Counter("confab_resumes_total", "Sockets greeted, by how they went on", ["outcome"])
DROPPED = Counter("confab_hints_dropped_total", "Hints not published, because Redis was away")
REPLICAS = Counter(
    "confab_replica_reads_total", "Reads for which a replica was asked, by the outcome", ["outcome"]
)
CATCH_UPS = Counter("confab_catch_ups_total", "Pages read because a hint was missing or bare")


class Waiting(Collector):
    """How long Celery's queues are, asked when somebody wants to know; nothing without Redis."""

    def describe(self) -> list[Metric]:
        """No series is known before it is asked for."""
        return []

    def collect(self) -> Iterator[Metric]:
        found = GaugeMetricFamily(
            "confab_tasks_waiting", "Tasks that no worker has taken yet", labels=["queue"]
        )
        pipeline = connect().pipeline(transaction=False)
        routes = settings.CELERY["task_routes"].values()
        queues = sorted({*settings.CELERY["task_queues"], *(route["queue"] for route in routes)})
        for queue in queues:
            pipeline.llen(queue)
        try:
            for queue, length in zip(queues, pipeline.execute(), strict=True):
                found.add_metric([queue], length)
        except redis.RedisError:
            return
        yield found


REGISTRY.register(Waiting())


def registry() -> CollectorRegistry:
    """What all processes count that share `PROMETHEUS_MULTIPROC_DIR`; else this one alone."""
    if not settings.METRICS_DIR:
        return REGISTRY
    _forget_the_dead()
    shared = CollectorRegistry()
    shared.register(Waiting())
    MultiProcessCollector(shared, path=settings.METRICS_DIR)  # type: ignore[no-untyped-call]
    return shared


def exposition() -> bytes:
    """In Prometheus' text format."""
    return generate_latest(registry())


def serve_apart() -> None:
    """For processes without a web server, which are asked at `METRICS_PORT`."""
    if settings.METRICS_PORT:
        start_http_server(settings.METRICS_PORT, registry=registry())


def _forget_the_dead() -> None:
    """A process that was killed has no open sockets any more; what it counted, it counted."""
    for file in Path(settings.METRICS_DIR).glob("gauge_live*_*.db"):
        if not Path("/proc", file.stem.rpartition("_")[2]).exists():
            file.unlink(missing_ok=True)
