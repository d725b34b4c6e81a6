"""The Celery app: `celery -A project worker`, `celery -A project beat`."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

from celery import Celery
from celery.signals import worker_process_init, worker_ready
from kombu.transport import virtual
from kombu.transport.redis import Channel, QoS, Transport
from redis.exceptions import RedisError, ResponseError

from project.redis import Connection, Demoted, SSLConnection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

# A broker that refuses (it takes no writes, or becomes a replica) is away, as one that cannot be
# reached is, and a worker waits for it. Kombu takes that for a mistake of the program, and ends.
Transport.connection_errors += (ResponseError, Demoted)
Channel.connection_class = Connection  # type: ignore[assignment]
Channel.connection_class_ssl = SSLConnection  # type: ignore[assignment]


class _QoS(QoS):
    """A worker holds so many messages at most, and asks for none while it does. One whose
    acknowledgement or rejection Redis did not take is held no longer: it comes again after an hour.
    Kombu would hold it for ever, and with its last place taken the worker would neither work nor
    notice that its connection leads to a Redis which is none any more."""

    def ack(self, delivery_tag: str) -> None:
        with self._let_go(delivery_tag):
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        with self._let_go(delivery_tag):
            super().reject(delivery_tag, requeue)  # type: ignore[no-untyped-call]

    @contextmanager
    def _let_go(self, delivery_tag: str) -> Iterator[None]:
        try:
            yield
        except RedisError:
            virtual.QoS.ack(self, delivery_tag)
            raise


Channel.QoS = _QoS

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
