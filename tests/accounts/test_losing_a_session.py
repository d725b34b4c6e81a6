"""Every way of losing a session closes its sockets within a second, on every server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.accounts.conftest import refresh
from tests.accounts.mailbox import code_to
from tests.accounts.test_sessions import again
from tests.devices import Device, address, dialled, opened
from tests.people import PASSWORD, Person, client
from tests.sync.closing import goodbye
from tests.sync.conftest import moved, neighbour

__all__ = ["neighbour"]  # a fixture

NEW = "quite another horse"


@dataclass
class Scene:
    """Alice has two sessions: she acts in `mine`, and `lost` is the one that ends."""

    mine: Person
    lost: Person
    phone: str
    http: httpx.Client
    prepared: dict[str, Any] = field(default_factory=dict)


def by_logging_out(scene: Scene) -> None:
    scene.lost.post("/auth/logout", status=204)


def by_ending_it_from_elsewhere(scene: Scene) -> None:
    scene.mine.delete(f"/auth/sessions/{scene.lost.session}")


def by_ending_all_others(scene: Scene) -> None:
    scene.mine.delete("/auth/sessions")


def by_a_new_password(scene: Scene) -> None:
    body = {"old_password": PASSWORD, "new_password": NEW}
    scene.mine.post("/auth/password/change", body, 204)


def prepare_reset(scene: Scene) -> None:
    asked = scene.http.post("/auth/password/forgot", json={"email": scene.mine.email}).json()
    code = code_to(scene.mine.email, 2)  # after the notice of the login
    scene.prepared = {"challenge": asked["challenge"], "code": code, "password": NEW}


def by_a_reset(scene: Scene) -> None:
    assert scene.http.post("/auth/password/reset", json=scene.prepared).status_code == 200


def prepare_address(scene: Scene) -> None:
    new = f"new.{scene.mine.email}"
    asked = scene.mine.post("/me/email", {"email": new}, 202)
    scene.prepared = {"challenge": asked["challenge"], "code": code_to(new)}


def by_a_new_address(scene: Scene) -> None:
    scene.mine.post("/me/email/verify", scene.prepared)


def prepare_number(scene: Scene) -> None:
    from accounts.models import User

    old = {"phone": f"{scene.phone[:-1]}0", "phone_verified": True}
    User.objects.filter(pk=int(scene.mine.id)).update(**old)
    number = f"{scene.phone[:-1]}1"
    asked = scene.mine.post("/me/phone", {"phone": number}, 202)
    scene.prepared = {"challenge": asked["challenge"], "code": code_to(number)}


def by_a_new_number(scene: Scene) -> None:
    scene.mine.post("/me/phone/verify", scene.prepared)


def by_leaving(scene: Scene) -> None:
    scene.mine.call("DELETE", "/me", 202, {"password": PASSWORD})


def prepare_theft(scene: Scene) -> None:
    from django.db.models import F

    from accounts.models import Session

    access = refresh(scene.http, scene.lost.refresh).json()["access"]
    with client(scene.lost.server, access) as http:
        http.get("/me")
    session = Session.objects.filter(pk=int(scene.lost.session))
    session.update(rotated_at=F("rotated_at") - timedelta(seconds=21))


def by_a_refresh_token_that_comes_again(scene: Scene) -> None:
    assert refresh(scene.http, scene.lost.refresh).status_code == 401


def by_being_locked_out(scene: Scene) -> None:
    from tests.accounts.test_operators import operator

    operator().post(f"/admin/accounts/user/{scene.mine.id}/change/", {"is_staff": ""})


Act = Callable[[Scene], None]


def done(act: Act, scene: Scene) -> None:
    """In a thread, which gives its connection to the database back."""
    from django.db import connection

    act(scene)
    connection.close()


WAYS: list[tuple[Act | None, Act]] = [
    (None, by_logging_out),
    (None, by_ending_it_from_elsewhere),
    (None, by_ending_all_others),
    (None, by_a_new_password),
    (prepare_reset, by_a_reset),
    (prepare_address, by_a_new_address),
    (prepare_number, by_a_new_number),
    (None, by_leaving),
    (prepare_theft, by_a_refresh_token_that_comes_again),
    (None, by_being_locked_out),
]


@pytest.fixture
async def scene(
    alice: Person, http: httpx.Client, worker: None, phone: str
) -> AsyncIterator[Scene]:
    lost = again(http, alice)
    yield Scene(alice, lost, phone, http)
    lost.http.close()


@asynccontextmanager
async def three_sockets(lost: Person, neighbour: str) -> AsyncIterator[list[Device]]:
    """Chat, feed and all, on two servers that have met."""
    elsewhere = moved(lost, neighbour)
    async with AsyncExitStack() as stack:
        stack.callback(elsewhere.http.close)
        chat = await stack.enter_async_context(opened(lost, "/ws/chat/"))
        feed = await stack.enter_async_context(opened(elsewhere, "/ws/feed/"))
        whole = await stack.enter_async_context(opened(elsewhere))
        for name in ("one", "two"):  # the first may wait until the servers have met
            await asyncio.to_thread(lost.patch, "/me", {"about": name})
            await whole.update("me.updated")
        yield [chat, feed, whole]


async def ended(device: Device) -> tuple[int, float]:
    """The close code, and when."""
    bye = await goodbye(device)
    return bye["code"], time.monotonic()


@pytest.mark.parametrize(("prepare", "act"), WAYS, ids=[act.__name__ for _, act in WAYS])
async def test_sockets_close_within_a_second(
    scene: Scene, neighbour: str, prepare: Act | None, act: Act
) -> None:
    if prepare is not None:
        await asyncio.to_thread(done, prepare, scene)
    async with three_sockets(scene.lost, neighbour) as sockets:
        closing = [asyncio.create_task(ended(device)) for device in sockets]
        await asyncio.to_thread(done, act, scene)
        since = time.monotonic()
        ends = await asyncio.gather(*closing)
    seconds = max(at - since for _, at in ends)
    print(f"{act.__name__}: closed after {seconds:.3f} s")
    assert [code for code, _ in ends] == [4403] * 3
    assert seconds < 1
    await is_good_for_nothing(scene)


async def is_good_for_nothing(scene: Scene) -> None:
    """The access token, which has minutes to live, and the refresh token."""
    refused = await asyncio.to_thread(scene.lost.get, "/me", 401)
    assert (refused["code"], refused["reason"]) == ("unauthenticated", "revoked")
    headers = {"Authorization": f"Bearer {scene.lost.access}"}
    async with dialled(address(scene.lost.server, "/ws/"), additional_headers=headers) as device:
        assert (await goodbye(device))["code"] == 4403
    assert refresh(scene.http, scene.lost.refresh).status_code == 401
