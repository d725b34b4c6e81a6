"""People who are away: their devices, and the worker that reaches them there."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from django.utils import timezone

from feed.following.follower import follow
from feed.models import Device, Push
from feed.push.claiming import LEASE
from feed.push.worker import Worker
from tests.apart import apart
from tests.feed.publishing import feed_of, tell
from tests.people import Person
from tests.push.apple import AppleService
from tests.push.browsers import WebPushService
from tests.push.google import GoogleService

KIND = "contact.joined"
"""A kind that is pushed unless one says otherwise."""


def browser_of(person: Person, service: WebPushService) -> str:
    """Subscribe; the device's name at the service."""
    name, subscription = service.subscribe()
    _register(person, "web", subscription=subscription)
    return name


def phone_of(person: Person, service: AppleService | GoogleService) -> str:
    token = secrets.token_hex(32)
    service.known.add(token)
    _register(person, "ios" if isinstance(service, AppleService) else "android", token=token)
    return token


def _register(person: Person, platform: str, **address: Any) -> None:
    digest = hashlib.sha256(repr(address).encode()).digest()
    session = secrets.randbits(62)

    def make() -> None:
        Device.objects.create(
            user_id=int(person.id), session_id=session, platform=platform, digest=digest, **address
        )

    apart(make)


def happen(person: Person, group: str = "g", **more: Any) -> None:
    """An event that the feed has decided about."""
    tell(person, kind=KIND, group=group, **more)
    apart(lambda: follow([int(person.id)]))


def item_of(person: Person) -> str:
    (item,) = feed_of(person)
    return str(item["id"])


def ledger(person: Person, item: str) -> list[tuple[str, str]]:
    """Outcome and reason of each push, oldest event first."""
    found = person.get(f"/feed/{item}/deliveries")["results"]
    pushes = [each for each in found if each["channel"] == "push"]
    return [(each["outcome"], each.get("reason", "")) for each in reversed(pushes)]


def hurry(person: Person) -> None:
    """What is to be tried again later is tried now. What is on its way has a lease, which is long:
    it stays alone."""
    now = timezone.now()
    soon = now + LEASE / 2
    waiting = Push.objects.filter(user_id=int(person.id), due_at__gt=now, due_at__lt=soon)
    apart(lambda: waiting.update(due_at=now))


@asynccontextmanager
async def working() -> AsyncIterator[None]:
    """A worker in this process, until all that it took has ended."""
    worker = Worker()
    running = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        await running


async def until(done: Any, seconds: float = 30) -> Any:
    """Ask until it is so, without holding up the worker; what it is."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not (found := await asyncio.to_thread(done)):
        assert loop.time() < end, "it takes too long"
        await asyncio.sleep(0.02)
    return found
