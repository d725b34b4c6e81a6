"""What a device wants done, and its doing: the same request again until an answer is known."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.faults.connection import Connection
from tests.faults.history import Recorder, digest
from tests.faults.rest import Refused, Rest, Unknown

Json = dict[str, Any]


class Operation(NamedTuple):
    """One intention in both its forms; `noted` is what the history tells of it."""

    f: str
    command: str
    data: Json
    method: str
    path: str
    body: Json | None
    query: dict[str, str]
    noted: dict[str, Any]


def send(chat: str, cid: str, text: str, f: str = "send") -> Operation:
    body = {"client_id": cid, "text": text}
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
        try:
            while True:
                answers = await self._once(operation, type, double)
                if known := [a for a in answers if not isinstance(a, Unknown)]:
                    good = [answer for answer in known if not isinstance(answer, Refused)]
                    return good[0] if good else None
                type = "retry"
                await asyncio.sleep(self._rng.uniform(0.1, 0.8))
        finally:
            self.pending -= 1

    async def _once(self, operation: Operation, type: str, double: bool) -> list[Any]:
        connection = self._connection()
        by_socket = connection is not None and (double or self._rng.random() < 0.8)
        attempts = []
        if connection is not None and by_socket:
            attempts.append(self._attempt(operation, type, connection))
        if double or not by_socket:
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
        except Unknown as unknown:
            self._recorder.note(operation.f, "info", **noted, data=str(unknown))
            return unknown
        except Refused as refused:
            self._recorder.note(operation.f, "fail", **noted, data=refused.code)
            return refused
        self._recorder.note(operation.f, "ok", **(noted | _seen(operation.f, answer)))
        return answer


def _seen(f: str, answer: Any) -> dict[str, Any]:
    """What the answer adds to the history."""
    if f in ("send", "edit", "reuse"):
        return {
            "number": answer["number"],
            "cid": answer["client_id"],
            "deleted": answer["deleted"],
        }
    if f in ("read", "delivered"):
        return {"data": answer}
    return {}
