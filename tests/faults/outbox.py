"""What a device wants done, and its doing: the same request again until an answer is known."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

from tests.faults.connection import Connection
from tests.faults.history import Recorder, digest
from tests.faults.rest import Refused, Rest, Unknown, judge

Json = dict[str, Any]

FIRST_PAUSE, LONGEST_PAUSE = 0.4, 3.2
"""Seconds before an operation is tried again; longer each time, as clients are told to."""


class Operation(NamedTuple):
    """One intention in both its forms; `noted` is what the history tells of it. An empty `command`:
    the socket has none for it."""

    f: str
    command: str
    data: Json
    method: str
    path: str
    body: Json | None
    query: dict[str, str]
    noted: dict[str, Any]


def send(chat: str, cid: str, text: str, f: str = "send", **more: Any) -> Operation:
    """`more` may be a `file` of one's own and `no_forward`."""
    body = {"client_id": cid, "text": text, **more}
    noted = {"chat": chat, "cid": cid, "h": digest(text)}
    path = f"/chats/{chat}/messages"
    return Operation(f, "message.send", {"chat": chat, **body}, "POST", path, body, {}, noted)


def edit(chat: str, number: int, text: str) -> Operation:
    data = {"chat": chat, "number": number, "text": text}
    noted = {"chat": chat, "number": number, "h": digest(text)}
    path = f"/chats/{chat}/messages/{number}"
    return Operation("edit", "message.edit", data, "PATCH", path, {"text": text}, {}, noted)


def delete(chat: str, number: int, whom: str, text: str) -> Operation:
    """`whom` is me or everyone; `text` is what must not be seen again."""
    data = {"chat": chat, "number": number, "for": whom}
    noted = {"chat": chat, "number": number, "kind": whom, "h": digest(text)}
    path = f"/chats/{chat}/messages/{number}"
    return Operation("delete", "message.delete", data, "DELETE", path, None, {"for": whom}, noted)


def mark(chat: str, number: int, which: str) -> Operation:
    """`which` is read or delivered."""
    data = {"chat": chat, "number": number}
    path = f"/chats/{chat}/{which}"
    return Operation(which, f"chat.{which}", data, "POST", path, {"number": number}, {}, data)


def forward(chat: str, number: int, target: str, cid: str) -> Operation:
    """To one chat, so that it has one outcome; the history tells of the new message."""
    body = {"targets": [{"chat": target, "client_id": cid}]}
    data = {"chat": chat, "number": number, **body}
    path = f"/chats/{chat}/messages/{number}/forward"
    noted = {"chat": target, "cid": cid, "kind": f"{chat}/{number}"}
    return Operation("forward", "message.forward", data, "POST", path, body, {}, noted)


def react(chat: str, number: int, emoji: str, on: bool) -> Operation:
    data = {"chat": chat, "number": number, "emoji": emoji}
    path = f"/chats/{chat}/messages/{number}/reactions/{quote(emoji)}"
    command, method = ("message.react", "PUT") if on else ("message.unreact", "DELETE")
    noted = {"chat": chat, "number": number, "kind": emoji}
    return Operation("react", command, data, method, path, None, {}, noted)


def tag(chat: str, number: int, label: str, on: bool) -> Operation:
    path = f"/chats/{chat}/messages/{number}/tags/{quote(label)}"
    noted = {"chat": chat, "number": number, "kind": label}
    return Operation("tag", "", {}, "PUT" if on else "DELETE", path, None, {}, noted)


class Outbox:
    """One device's operations under way. `connection` tells the socket that is open, if one is."""

    def __init__(
        self,
        dev: str,
        user: str,
        access: str,
        rest: Rest,
        recorder: Recorder,
        rng: random.Random,
        connection: Callable[[], Connection | None],
    ) -> None:
        self._who = {"dev": dev, "user": user}
        self._access = access
        self._rest = rest
        self._recorder = recorder
        self._rng = rng
        self._connection = connection
        self.pending = 0

    async def perform(self, operation: Operation, double: bool = False) -> Any:
        """The answer, or None when it was refused; never an unknown outcome.

        `double` makes the request at both doors at the same time.
        """
        self.pending += 1
        type = "invoke"
        pause = FIRST_PAUSE
        try:
            while True:
                answers = await self._once(operation, type, double)
                if known := [a for a in answers if not isinstance(a, Unknown)]:
                    good = [answer for answer in known if not isinstance(answer, Refused)]
                    return good[0] if good else None
                type = "retry"
                await asyncio.sleep(self._rng.uniform(0.2, 1.8) * pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        finally:
            self.pending -= 1

    async def _once(self, operation: Operation, type: str, double: bool) -> list[Any]:
        connection = self._connection()
        by_socket = bool(operation.command) and (double or self._rng.random() < 0.8)
        attempts = []
        if connection is not None and by_socket:
            attempts.append(self._attempt(operation, type, connection))
        if double or not attempts:
            attempts.append(self._attempt(operation, type if not attempts else "retry", None))
        return await asyncio.gather(*attempts)

    async def _attempt(self, operation: Operation, type: str, connection: Connection | None) -> Any:
        door = {"via": "socket", "conn": connection.name} if connection else {"via": "rest"}
        noted = {**self._who, **operation.noted, **door}
        self._recorder.note(operation.f, type, **noted)
        try:
            if connection is not None:
                answer = await connection.command(operation.command, operation.data)
            else:
                answer = await self._rest.call(
                    self._access,
                    operation.method,
                    operation.path,
                    operation.body,
                    **operation.query,
                )
            answer = _single(operation.f, answer)
        except Unknown as unknown:
            self._recorder.note(operation.f, "info", **noted, data=str(unknown))
            return unknown
        except Refused as refused:
            self._recorder.note(operation.f, "fail", **noted, data=refused.code)
            return refused
        self._recorder.note(operation.f, "ok", **(noted | _seen(operation.f, answer)))
        return answer


def _single(f: str, answer: Any) -> Any:
    """The one message of a forward. Raises what its one target was answered otherwise."""
    if f != "forward":
        return answer
    (result,) = answer["results"]
    if "error" in result:
        raise judge(result["error"])
    return result["message"]


def _seen(f: str, answer: Any) -> dict[str, Any]:
    """What the answer adds to the history."""
    if f in ("send", "edit", "reuse", "forward"):
        return {
            "number": answer["number"],
            "cid": answer["client_id"],
            "deleted": answer["deleted"],
        }
    if f in ("read", "delivered"):
        return {"data": answer}
    return {}
