"""What the tests of chat say and hear beyond `tests.people` and `tests.devices`."""

from __future__ import annotations

import secrets
from typing import Any

from tests.apart import apart
from tests.devices import FOLLOWING, Device
from tests.people import Person

Json = dict[str, Any]


def settled(*people: Person) -> None:
    """The feed has taken in all that happened to these people until now: nothing more follows."""
    from feed.following.follower import follow

    apart(lambda: follow([int(person.id) for person in people]))


async def heard(device: Device, person: Person, *, feed: bool = False) -> list[Json]:
    """All updates that came until now. Updates are in order, so a change of the person's own, made
    last, shows that nothing more is on its way. Those of the feed are left out unless asked for."""
    before = person.get("/me")["discoverable_by"]
    wanted = "contacts" if before == "nobody" else "nobody"
    person.patch("/me", {"discoverable_by": wanted})
    await device.next(
        lambda frame: (
            frame["type"] == "update"
            and frame["kind"] == "me.updated"
            and frame["data"]["discoverable_by"] == wanted
        )
    )
    frames = [
        frame
        for frame in device.kept
        if frame["type"] == "update" and (feed or not frame["kind"].startswith(FOLLOWING))
    ]
    device.kept.clear()
    return frames


async def kinds_heard(device: Device, person: Person) -> list[str]:
    return [frame["kind"] for frame in await heard(device, person)]


def reply(person: Person, chat: str, number: int, text: str) -> Json:
    """Answer a message by REST."""
    body = {"client_id": secrets.token_hex(8), "text": text, "reply_to": number}
    answer: Json = person.post(f"/chats/{chat}/messages", body, 201)
    return answer


def send(person: Person, chat: str, status: int = 201, /, **body: Any) -> Json:
    """Send whatever it is by REST, with a client_id of its own unless one is given."""
    given = {"client_id": secrets.token_hex(8)} | body
    answer: Json = person.post(f"/chats/{chat}/messages", given, status)
    return answer


def profile(person: Person, other: Person) -> Json:
    """The other one as their chats show them, where presence comes by signals."""
    answer: Json = person.get(f"/users/{other.id}")
    return {name: value for name, value in answer.items() if name != "presence"}


def numbers(person: Person, chat: str) -> list[int]:
    """The numbers of the messages that this person may see."""
    return [m["number"] for m in person.get(f"/chats/{chat}/messages", limit=200)["results"]]


def everything(person: Person, chat: str) -> Json:
    """All that this person can know of a chat, but for what the feed makes of it in its time."""
    start = person.get("/bootstrap")
    return {
        "bootstrap": {name: start[name] for name in start.keys() - {"pts", "feed", "counts"}},
        "chat": person.get(f"/chats/{chat}"),
        "history": person.get(f"/chats/{chat}/messages", limit=200),
    }
