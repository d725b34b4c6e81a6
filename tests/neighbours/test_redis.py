"""Redis hangs, or takes no writes: nobody waits for it who can do without."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from celery import Celery
from django.test import override_settings
from kombu.connection import Connection
from kombu.entity import Queue
from kombu.message import Message
from kombu.messaging import Consumer, Producer

from project import health
from project.embedded.redis import Redis
from project.scheduling import Scheduler
from tests.conftest import python, wait_until
from tests.devices import opened
from tests.files.uploads import announced, completed, settled
from tests.neighbours.conftest import Way
from tests.people import PASSWORD, Person, client
from tests.sync.conftest import moved

SOON = 4.0


@pytest.mark.usefixtures("worker")
async def test_redis_is_silent(alice: Person, bob: Person, chat: str, way: Way) -> None:
    hers, his = moved(alice, way.server), moved(bob, way.server)
    files = [announced(hers, b"x")["id"] for _ in range(10)]  # whose bytes never come
    way.silence(way.redis)
    try:
        since = time.monotonic()
        await asyncio.gather(*(asyncio.to_thread(completed, hers, file) for file in files))
        async with opened(his) as device:
            await device.say(chat, "hello")
        assert time.monotonic() - since < SOON
        since = time.monotonic()
        with client(way.server) as http:
            answer = await asyncio.to_thread(
                http.post,
                "/auth/email/register",
                json={"email": bob.email, "password": PASSWORD, "name": "X"},
            )
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert time.monotonic() - since < SOON
    finally:
        way.speak(way.redis)
    # What was asked for meanwhile is begun as soon as it can be; no sweep is needed.
    states = {settled(hers, file)["state"] for file in files}
    assert states == {"rejected"}
    for person in (hers, his):
        person.http.close()


@pytest.fixture
def own_worker(own_redis: Redis, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A worker on a Redis of its own, and its log."""
    log = tmp_path / "log"
    command = "-m celery -A project worker --loglevel=WARNING -c1 --without-gossip --without-mingle"
    given = {"CELERY_WORKER": "1", "REDIS_URL": own_redis.url}
    with log.open("wb") as out, python(command.split(), given, output=out) as process:
        yield process, log


def test_a_worker_waits_for_a_redis_that_takes_writes(
    own_redis: Redis, own_worker: tuple[subprocess.Popen[bytes], Path]
) -> None:
    process, log = own_worker
    done = worked_off(own_redis)
    wait_until(done, process)
    with redis.Redis.from_url(own_redis.url) as link:
        link.replicaof("127.0.0.1", "1")
        # Twice: when it loses the one connection, and when it gets no other.
        wait_until(lambda: log.read_text().count("read only replica") > 2, process)
        link.replicaof("NO", "ONE")
    # What it was busy with when the connection broke may lie among the unacknowledged for an hour.
    wait_until(worked_off(own_redis, acknowledged=False), process)


@pytest.mark.parametrize("let_go", [Message.ack, Message.reject, Message.requeue])
def test_what_cannot_be_let_go_keeps_nothing_away(
    own_redis: Redis, let_go: Callable[[Message], None]
) -> None:
    """A worker (which has this option) that may hold one message, and Redis does not take what it
    says of it."""
    got: list[Message] = []
    queue = f"held.{let_go.__name__}"
    with (
        redis.Redis.from_url(own_redis.url) as link,
        Connection(own_redis.url, transport_options={"retry_on_timeout": True}) as broker,
        Consumer(broker, [Queue(queue)], callbacks=[lambda _, m: got.append(m)]) as consumer,
        Producer(broker) as producer,
    ):
        consumer.qos(prefetch_count=1)
        for text in ("one", "two"):
            producer.publish(text, routing_key=queue)
        broker.drain_events(timeout=20)
        link.replicaof("127.0.0.1", "1")
        with pytest.raises(redis.RedisError):
            let_go(got[0])
        link.replicaof("NO", "ONE")
        broker.drain_events(timeout=20)
        got[1].ack()
    assert [message.payload for message in got] == ["one", "two"]


def test_what_cannot_be_scheduled_is_said_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with Celery(broker="redis://127.0.0.1:1/0") as app:
        scheduler = Scheduler(app, lazy=True)
        scheduler.apply_entry(scheduler.Entry("sweep", "tests.sweep", schedule=60.0, app=app))
    [said] = [record for record in caplog.records if record.name == "project.scheduling"]
    assert said.getMessage().startswith("sweep was not queued: ")
    assert (said.exc_info, "\n" in said.getMessage()) == (None, False)


def worked_off(engine: Redis, *, acknowledged: bool = True) -> Callable[[], bool]:
    """Queues a task; whether it has been taken and, unless told otherwise, all that was is done."""
    with Celery(broker=engine.url) as app:
        app.send_task("project.files.tasks.resume", queue="urgent")

    def done() -> bool:
        with redis.Redis.from_url(engine.url) as link:
            return not link.llen("urgent") and not (acknowledged and link.hlen("unacked"))

    return done


def test_readiness_tells_of_a_redis_that_takes_no_writes(own_redis: Redis) -> None:
    with override_settings(REDIS_URL=own_redis.url), redis.Redis.from_url(own_redis.url) as link:
        assert state_of_redis() == ("ok", "")
        link.replicaof("127.0.0.1", "1")
        assert state_of_redis() == ("degraded", "takes no writes")
        link.replicaof("NO", "ONE")
        link.config_set("maxmemory", "1")
        assert state_of_redis() == ("degraded", "takes no writes")
        link.config_set("maxmemory", "0")
        assert state_of_redis() == ("ok", "")


def state_of_redis() -> tuple[str, str]:
    check = health.look("redis")
    return check.status, check.detail
