"""Sessions, refresh tokens, tickets."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.devices import address, dialled, opened
from tests.people import PASSWORD, Person, client


def refreshed(http: httpx.Client, token: str) -> httpx.Response:
    return http.post("/auth/refresh", json={"refresh": token})


def again(http: httpx.Client, person: Person) -> Person:
    """Another device of the same person."""
    body = {"email": person.email, "password": PASSWORD}
    tokens = http.post("/auth/email/login", json=body).json()
    return Person(
        **{**person.__dict__, "session": tokens["session"], "access": tokens["access"]}
        | {"refresh": tokens["refresh"], "http": client(person.server, tokens["access"])}
    )


def age_rotation(person: Person, seconds: int) -> None:
    """As if the last refresh had been so long ago."""
    from django.db import connection
    from django.db.models import F

    from accounts.models import Session

    Session.objects.filter(pk=int(person.session)).update(
        rotated_at=F("rotated_at") - timedelta(seconds=seconds)
    )
    connection.close()  # of the thread in which this runs


def test_a_refresh_brings_new_tokens_of_the_same_session(http: httpx.Client, alice: Person) -> None:
    tokens = refreshed(http, alice.refresh).json()
    assert tokens["session"] == alice.session
    assert tokens["refresh"] != alice.refresh
    with client(alice.server, tokens["access"]) as renewed:
        assert renewed.get("/me").json()["id"] == alice.id


def test_the_same_refresh_soon_again_brings_the_same_child(
    http: httpx.Client, alice: Person
) -> None:
    first, second = refreshed(http, alice.refresh), refreshed(http, alice.refresh)
    assert first.json()["refresh"] == second.json()["refresh"]
    assert first.json()["access"] != second.json()["access"]


def test_twenty_refreshes_at_once_bring_one_child(http: httpx.Client, alice: Person) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: refreshed(http, alice.refresh), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh"] for answer in answers}) == 1
    child = answers[0].json()["refresh"]
    assert refreshed(http, child).status_code == 200


async def test_a_refresh_token_used_late_ends_the_session_and_its_sockets(
    http: httpx.Client, alice: Person
) -> None:
    tokens = refreshed(http, alice.refresh).json()
    child = tokens["refresh"]
    with client(alice.server, tokens["access"]) as renewed:
        assert renewed.get("/me").status_code == 200
    await asyncio.to_thread(age_rotation, alice, 21)
    watcher = again(http, alice)
    async with opened(alice) as device, opened(watcher) as other:
        reused = refreshed(http, alice.refresh)
        assert (reused.status_code, reused.json()["code"]) == (401, "unauthenticated")
        assert await device.closed() == 4403
        assert await other.update("session.revoked") == {"session": alice.session}
    assert refreshed(http, child).status_code == 401
    assert alice.get("/me", 401)["reason"] == "revoked"
    watcher.http.close()


async def test_a_device_that_lost_the_answer_may_ask_again_however_late(
    http: httpx.Client, alice: Person
) -> None:
    lost = refreshed(http, alice.refresh).json()
    await asyncio.to_thread(age_rotation, alice, 3 * 86_400)
    found = refreshed(http, alice.refresh)
    assert (found.status_code, found.json().get("refresh")) == (200, lost["refresh"])
    alice.get("/me")  # the access token of before says nothing of the child
    assert refreshed(http, alice.refresh).status_code == 200


@pytest.mark.parametrize("use", ["socket", "ticket", "refresh"])
async def test_once_the_child_was_used_its_parent_is_theft(
    http: httpx.Client, alice: Person, use: str
) -> None:
    tokens = refreshed(http, alice.refresh).json()
    headers = {"Authorization": f"Bearer {tokens['access']}"}
    if use == "socket":
        url = address(alice.server, "/ws/")
        async with dialled(url, additional_headers=headers) as device:
            await device.frame("ready")
    elif use == "ticket":
        with client(alice.server, tokens["access"]) as renewed:
            assert (await asyncio.to_thread(renewed.post, "/auth/ticket")).status_code == 200
    else:
        assert refreshed(http, tokens["refresh"]).status_code == 200
    await asyncio.to_thread(age_rotation, alice, 21)
    again = refreshed(http, alice.refresh)
    assert (again.status_code, again.json().get("reason")) == (401, "revoked")


def test_a_grandparent_ends_the_session_also_soon(http: httpx.Client, alice: Person) -> None:
    child = refreshed(http, alice.refresh).json()["refresh"]
    grandchild = refreshed(http, child).json()["refresh"]
    assert refreshed(http, alice.refresh).status_code == 401
    assert refreshed(http, grandchild).status_code == 401


def test_garbage_is_no_refresh_token_and_harms_nobody(http: httpx.Client, alice: Person) -> None:
    forged = alice.refresh[:20] + ("A" if alice.refresh[20] != "A" else "B") + alice.refresh[21:]
    for text in (forged, "x", alice.access, alice.refresh + "=", "é" * 50):
        assert refreshed(http, text).json()["code"] == "unauthenticated"
    assert refreshed(http, alice.refresh).status_code == 200


def test_the_database_holds_no_refresh_token(alice: Person) -> None:
    from accounts.models import Session

    session = Session.objects.get(pk=int(alice.session))
    assert alice.refresh.encode() not in bytes(session.refresh_hash)
    assert len(session.refresh_hash) == 32


async def test_logging_out_ends_the_token_and_the_sockets(
    http: httpx.Client, alice: Person
) -> None:
    async with opened(alice) as device:
        alice.post("/auth/logout", status=204)
        assert await device.closed() == 4403
    assert alice.get("/me", 401)["code"] == "unauthenticated"
    assert refreshed(http, alice.refresh).status_code == 401


def test_sessions_are_listed_with_the_current_one_first(http: httpx.Client, alice: Person) -> None:
    other = again(http, alice)
    listed = alice.get("/auth/sessions")["results"]
    assert [info["id"] for info in listed] == [alice.session, other.session]
    assert [info["current"] for info in listed] == [True, False]
    assert listed[1]["device"].startswith("python-httpx")
    assert listed[1]["ip"] == "127.0.0.1"
    about = {"id", "device", "name", "platform", "ip", "created_at", "last_used_at", "current"}
    assert set(listed[0]) == about
    other.http.close()


def test_sessions_come_in_pages_that_stay(http: httpx.Client, alice: Person) -> None:
    others = [again(http, alice) for _ in range(4)]
    first = alice.get("/auth/sessions", limit=2)
    again(http, alice).http.close()
    refreshed(http, others[0].refresh)  # using a device does not move it
    alice.delete(f"/auth/sessions/{first['next']}")
    second = alice.get("/auth/sessions", limit=2, cursor=first["next"])
    third = alice.get("/auth/sessions", limit=2, cursor=second["next"])
    pages = [[info["id"] for info in page["results"]] for page in (first, second, third)]
    newest_first = [other.session for other in reversed(others)]
    assert pages == [[alice.session, newest_first[0]], newest_first[1:3], newest_first[3:]]
    assert third["next"] is None
    one = alice.get("/auth/sessions", limit=1)
    assert one["next"] == one["results"][0]["id"] == alice.session
    rest = alice.get("/auth/sessions", cursor=one["next"])["results"]
    assert len(rest) == 4
    for other in others:
        other.http.close()


def test_a_page_of_sessions_begins_nowhere_else(alice: Person, mallory: Person) -> None:
    for cursor in ("x", "1", mallory.session):
        refused = alice.get("/auth/sessions", 400, cursor=cursor)
        assert refused["errors"][0]["pointer"] == "/cursor"
    assert alice.get("/auth/sessions", 400, limit=201)["code"] == "validation"


async def test_one_session_can_be_ended_from_another(http: httpx.Client, alice: Person) -> None:
    other = again(http, alice)
    async with opened(other) as device, opened(alice) as mine:
        alice.delete(f"/auth/sessions/{other.session}")
        assert await device.closed() == 4403
        assert await mine.update("session.revoked") == {"session": other.session}
    other.get("/me", 401)
    alice.get("/me")
    alice.delete(f"/auth/sessions/{other.session}", 404)
    other.http.close()


async def test_all_other_sessions_end_at_once(http: httpx.Client, alice: Person) -> None:
    others = [again(http, alice) for _ in range(3)]
    async with opened(others[0]) as one, opened(others[1]) as two:
        alice.delete("/auth/sessions")
        assert [await one.closed(), await two.closed()] == [4403, 4403]
    for other in others:
        other.get("/me", 401)
        other.http.close()
    assert len(alice.get("/auth/sessions")["results"]) == 1


def test_mallory_cannot_end_or_see_my_session(alice: Person, mallory: Person) -> None:
    assert mallory.delete(f"/auth/sessions/{alice.session}", 404)["code"] == "not_found"
    assert mallory.delete("/auth/sessions/none", 404)["code"] == "not_found"
    ids = [info["id"] for info in mallory.get("/auth/sessions")["results"]]
    assert ids == [mallory.session]
    alice.get("/me")


async def test_a_ticket_opens_one_socket(alice: Person) -> None:
    issued = alice.post("/auth/ticket")
    assert issued["expires_in"] == 30
    url = address(alice.server, "/ws/", ticket=issued["ticket"])
    async with dialled(url) as device:
        assert (await device.frame("ready"))["data"]["user"] == alice.id
    async with dialled(url) as device:
        assert await device.closed() == 4401


async def test_a_ticket_of_an_ended_session_opens_nothing(alice: Person) -> None:
    ticket = alice.post("/auth/ticket")["ticket"]
    alice.post("/auth/logout", status=204)
    try:
        async with dialled(address(alice.server, "/ws/", ticket=ticket)) as device:
            assert await device.closed() in (4401, 4403)
    except InvalidStatus:
        pytest.fail("the socket must be accepted to tell why it closes")


def test_a_ticket_is_no_access_token_and_is_kept_hashed(alice: Person) -> None:
    from project.redis import connect

    ticket = alice.post("/auth/ticket")["ticket"]
    with client(alice.server, ticket) as http:
        assert http.get("/me").status_code == 401
    keys = [bytes(key).decode() for key in connect().scan_iter("confab.ticket.*")]
    assert keys
    assert not any(ticket in key for key in keys)
