"""The Celery app: `celery -A project worker`, `celery -A project beat`."""

from __future__ import annotations

import gc
import os

from celery import Celery
from celery.signals import worker_process_init, worker_ready
from kombu.transport.redis import Channel, Transport
from redis.exceptions import ResponseError

from project.redis import Connection, SSLConnection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

# A broker that refuses (it takes no writes, or becomes a replica) is away, as one that cannot be
# reached is, and a worker waits for it. Kombu takes that for a mistake of the program, and ends.
Transport.connection_errors += (ResponseError,)
Channel.connection_class = Connection  # type: ignore[assignment]
Channel.connection_class_ssl = SSLConnection  # type: ignore[assignment]

app = Celery("confab")
app.config_from_object("project.settings:CELERY")  # read when first needed
app.autodiscover_tasks()


@worker_ready.connect  # type: ignore[untyped-decorator]  # celery has no types
def _tell_metrics(**_: object) -> None:
    from project.metrics import serve_apart  # once the settings are there

    serve_apart()


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _keep_what_is_loaded(**_: object) -> None:
    """It stays as long as the process; no collection needs to look through it. What a task makes is
    much at a time and soon gone, and need not be looked through again and again either."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
