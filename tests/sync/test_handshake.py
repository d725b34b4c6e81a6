"""Who may open a socket, and how they say who they are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from tests.devices import Device, address, dialled
from tests.people import Person
from tests.sync.closing import goodbye
from tests.sync.conftest import moved
from tests.sync.tokens import bad_access

BAD = {
    "garbage": "unauthenticated",
    "expired": "token_expired",
    "unsigned": "unauthenticated",
    "algorithm": "unauthenticated",
    "key": "unauthenticated",
}


async def greeted(device: Device) -> dict[str, Any]:
    """The first frame, which must be `ready`."""
    frame = json.loads(await device.connection.recv())
    assert frame["type"] == "ready", frame
    data: dict[str, Any] = frame["data"]
    return data


def by_header(access: str) -> dict[str, Any]:
    return {"additional_headers": {"Authorization": f"Bearer {access}"}}


def by_subprotocol(access: str) -> dict[str, Any]:
    return {"subprotocols": [Subprotocol("confab.v1"), Subprotocol(f"bearer.{access}")]}


async def test_an_access_token_in_the_header_opens(alice: Person) -> None:
    async with dialled(address(alice.server, "/ws/"), **by_header(alice.access)) as device:
        ready = await greeted(device)
    assert (ready["user"], ready["session"]) == (alice.id, alice.session)
    assert ready["limits"] == {
        "outstanding": 64,
        "frame_bytes": 65536,
        "text": 16000,
        "idle_seconds": 3600,
        "heartbeat_seconds": 25,
    }
    assert (ready["heartbeat"], ready["resumed"], ready["pts"]) == (25, False, 0)
    assert "reset" not in ready


async def test_an_access_token_as_subprotocol_opens_and_is_not_echoed(alice: Person) -> None:
    async with dialled(address(alice.server, "/ws/"), **by_subprotocol(alice.access)) as device:
        assert device.connection.subprotocol == "confab.v1"
        assert (await greeted(device))["user"] == alice.id


async def test_a_first_frame_opens(alice: Person) -> None:
    async with dialled(address(alice.server, "/ws/")) as device:
        await device.raw(json.dumps({"type": "auth", "data": {"access": alice.access}}))
        assert (await greeted(device))["user"] == alice.id


async def test_a_ticket_opens_one_socket(alice: Person) -> None:
    url = address(alice.server, "/ws/", ticket=alice.post("/auth/ticket")["ticket"])
    async with dialled(url) as device:
        assert (await greeted(device))["user"] == alice.id
    async with dialled(url) as device:
        assert (await goodbye(device))["code"] == 4401


@pytest.mark.parametrize("kind", BAD)
async def test_no_bad_token_opens_by_header(alice: Person, kind: str) -> None:
    options = by_header(bad_access(kind, alice))
    async with dialled(address(alice.server, "/ws/"), **options) as device:
        bye = await goodbye(device)
    assert (bye["code"], bye["reason"]) == (4401, BAD[kind])


@pytest.mark.parametrize("kind", BAD)
async def test_no_bad_token_opens_by_subprotocol(alice: Person, kind: str) -> None:
    options = by_subprotocol(bad_access(kind, alice))
    async with dialled(address(alice.server, "/ws/"), **options) as device:
        bye = await goodbye(device)
    assert (bye["code"], bye["reason"]) == (4401, BAD[kind])


@pytest.mark.parametrize("kind", [*BAD, "refresh"])
async def test_no_bad_token_opens_by_frame(alice: Person, kind: str) -> None:
    frame = {"type": "auth", "data": {"access": bad_access(kind, alice)}}
    async with dialled(address(alice.server, "/ws/")) as device:
        await device.raw(json.dumps(frame))
        bye = await goodbye(device)
    assert (bye["code"], bye["reason"]) == (4401, BAD.get(kind, "unauthenticated"))


@pytest.mark.parametrize("ticket", ["nonsense", "é", "x" * 5000, "\x00", "../../etc/passwd"])
async def test_no_bad_ticket_opens(alice: Person, ticket: str) -> None:
    async with dialled(address(alice.server, "/ws/", ticket=ticket)) as device:
        assert (await goodbye(device))["code"] == 4401


@pytest.mark.parametrize(
    "frame",
    [
        "ping",
        "[]",
        "",
        '{"type":"ping","id":"1"}',
        '{"type":"auth"}',
        '{"type":"auth","data":{"access":7}}',
        '{"type":"auth","data":{"access":"x","more":1}}',
        '{"type":"auth","data":{"access":"' + "x" * 10_000 + '"}}',
        b"\x00\x01",
    ],
)
async def test_the_first_frame_must_be_auth(server: str, frame: str | bytes) -> None:
    async with dialled(address(server, "/ws/")) as device:
        await device.raw(frame)
        assert (await goodbye(device))["code"] == 4401


async def test_whoever_says_nothing_is_sent_away(impatient: str) -> None:
    async with dialled(address(impatient, "/ws/")) as device:
        bye = await goodbye(device)
    assert (bye["code"], bye["reason"]) == (4401, "unauthenticated")


@pytest.mark.parametrize("name", ["access", "token", "bearer", "access_token", "jwt"])
async def test_a_token_in_the_address_opens_nothing(
    alice: Person, impatient: str, name: str
) -> None:
    async with dialled(address(impatient, "/ws/", **{name: alice.access})) as device:
        assert (await goodbye(device))["code"] == 4401


async def test_a_token_is_no_ticket(alice: Person) -> None:
    async with dialled(address(alice.server, "/ws/", ticket=alice.access)) as device:
        assert (await goodbye(device))["code"] == 4401


async def test_the_allowed_origin_may_come(alice: Person) -> None:
    options = by_header(alice.access) | {"origin": Origin("https://app.example")}
    async with dialled(address(alice.server, "/ws/"), **options) as device:
        assert (await greeted(device))["user"] == alice.id


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        "https://app.example.evil.example",
        "https://evilapp.example",
        "https://sub.app.example",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example/",
        "https://APP.example@evil.example",
        "http://localhost:3000",  # only in development
        "http://[::1",
    ],
)
async def test_no_other_origin_may(alice: Person, origin: str) -> None:
    options = by_header(alice.access) | {"origin": Origin(origin)}
    if not origin:
        options["additional_headers"]["Origin"] = options.pop("origin")
    with pytest.raises(InvalidStatus) as refused:
        async with dialled(address(alice.server, "/ws/"), **options):
            pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "path", ["/ws", "/ws/other/", "/ws/chat", "/ws/chat/1/", "/", "/api/v1/me"]
)
async def test_no_other_path_takes_sockets(alice: Person, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with dialled(address(alice.server, path), **by_header(alice.access)):
            pass
    assert refused.value.response.status_code == 403


async def test_the_session_decides_not_only_the_token(alice: Person) -> None:
    alice.post("/auth/logout", status=204)
    async with dialled(address(alice.server, "/ws/"), **by_header(alice.access)) as device:
        bye = await goodbye(device)
    assert (bye["code"], bye["retry_after"]) == (4403, None)


async def test_what_is_said_before_the_greeting_is_answered_after_it(
    alice: Person, impatient: str
) -> None:
    """A client that pipelines need not wait for `ready`."""
    person = moved(alice, impatient)
    auth = json.dumps({"type": "auth", "data": {"access": person.access}})
    async with connect(address(impatient, "/ws/"), compression=None) as connection:
        await connection.send(auth)
        await connection.send('{"type":"ping","id":"early"}')
        kinds = [json.loads(await connection.recv())["type"] for _ in range(3)]
    assert kinds == ["ready", "synced", "reply"]
    person.http.close()
