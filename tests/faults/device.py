"""A device: it folds its user's log into a state, and comes back after whatever happens to it."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from websockets.exceptions import WebSocketException

from tests.faults.connection import Connection, opened
from tests.faults.folding import State
from tests.faults.history import Recorder, digest
from tests.faults.outbox import Outbox
from tests.faults.rest import Refused, Rest, Unknown

Json = dict[str, Any]

TROUBLE = (Unknown, OSError, WebSocketException, TimeoutError)


@dataclass
class Person:
    """Who is logged in on a device, the chats that this person is in, and the files that they have
    not sent yet."""

    user: str
    access: str
    chats: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class Device:
    def __init__(
        self, name: str, person: Person, rest: Rest, recorder: Recorder, rng: random.Random
    ) -> None:
        self.name = name
        self.person = person
        self.rest = rest
        self.state = State(person.user)
        self.connection: Connection | None = None
        self.rng = rng
        self._recorder = recorder
        self._connections = 0
        self._cursor = 0
        self._stopped = False
        self._told: float | None = None
        self.outbox = Outbox(
            name, person.user, person.access, rest, recorder, rng, lambda: self.connection
        )

    def note(self, f: str, type: str, **fields: Any) -> None:
        self._recorder.note(f, type, dev=self.name, user=self.person.user, **fields)

    async def call(self, method: str, path: str, body: Json | None = None) -> Any:
        return await self.rest.call(self.person.access, method, path, body)

    async def get(self, path: str, **query: Any) -> Any:
        return await self.rest.call(self.person.access, "GET", path, **query)

    # Living

    async def run(self) -> None:
        """Connect, and again, until stopped."""
        while not self._stopped:
            self._told = None
            try:
                if not self.state.epoch:
                    self.state.start(await self.snapshot())
                elif self.rng.random() < 0.15:
                    await self._catch_up_by_rest()
                if self.state.epoch:
                    await self._serve()
            except TROUBLE as error:
                self.note("close", "fail", data=repr(error)[:200])
            await asyncio.sleep(self._away())

    def _away(self) -> float:
        """Seconds until it comes back: those it was told, or its own."""
        if self._told is not None:
            return self._told
        return self.rng.uniform(*((2, 4) if self.rng.random() < 0.15 else (0.05, 0.6)))

    async def stop(self) -> None:
        self._stopped = True
        if self.connection is not None:
            await self.connection.close()

    async def snapshot(self) -> Json:
        """`GET /bootstrap`, noted with what it tells of each chat."""
        self.note("snapshot", "invoke")
        answer: Json = await self.get("/bootstrap")
        rows = [chat_row(chat) for chat in answer["chats"]]
        self.note("snapshot", "ok", epoch=answer["epoch"], pts=answer["pts"], data=rows)
        return answer

    async def read_history(self, chat: str) -> None:
        """A page of a chat's history, for the checkers only."""
        self.note("history", "invoke", chat=chat)
        page = await self.get(f"/chats/{chat}/messages", limit=50)
        self.note("history", "ok", chat=chat, data=[message_row(m) for m in page["results"]])

    async def _catch_up_by_rest(self) -> None:
        """`GET /updates` until there are no more; to the checkers a connection like any other."""
        name, more = self._next_name(), True
        place = {"conn": name, "pts": self.state.pts, "epoch": self.state.epoch}
        self.note("hello", "invoke", **place)
        self.note("hello", "ok", **place, data={"from": self.state.pts, "resumed": True})
        while more:
            cursor = {"epoch": self.state.epoch, "pts": self.state.pts}
            try:
                page = await self.get("/updates", **cursor, limit=self.rng.randint(1, 200))
            except Refused as refused:
                self._void(name, refused.code)
                return
            for update in page["updates"]:
                await self._update(name, update)
            more = page["more"]

    def _next_name(self) -> str:
        self._connections += 1
        return f"{self.name}.{self._connections}"

    async def _serve(self) -> None:
        name = self._next_name()
        cursor = self.state.pts
        if self.rng.random() < 0.25:  # an old backup, a crash before the cursor was saved
            cursor = max(0, cursor - self.rng.randint(1, 40))
        query = {"epoch": self.state.epoch, "pts": str(cursor)}
        headers = {}
        if self.rng.random() < 0.2:
            ticket = await self.rest.call(self.person.access, "POST", "/auth/ticket")
            query["ticket"] = ticket["ticket"]
        else:
            headers["Authorization"] = f"Bearer {self.person.access}"
        base = self.rest.any_base().replace("http", "ws", 1)
        self.note("hello", "invoke", conn=name, pts=cursor, epoch=self.state.epoch)
        self._cursor = cursor
        async with opened(name, f"{base}/ws/?{urlencode(query)}", headers) as connection:
            try:
                await self._read(connection)
            finally:
                self.connection = None
        self._told = (connection.bye or {}).get("retry_after")
        data = {"code": connection.close_code, "bye": connection.bye}
        self.note("close", "ok", conn=name, data=data)

    async def _read(self, connection: Connection) -> None:
        async for frame in connection.frames():
            match frame["type"]:
                case "ready":
                    if not self._greeted(connection, frame["data"]):
                        return
                case "update":
                    await self._update(connection.name, frame)
                case "synced":
                    self.note("synced", "ok", conn=connection.name, pts=frame["pts"])
                case "heartbeat":
                    self.note("heartbeat", "ok", conn=connection.name, pts=frame["pts"])

    def _greeted(self, connection: Connection, ready: Json) -> bool:
        """False when the log was reset: all that is held is void."""
        fields = {"conn": connection.name, "pts": ready["pts"], "epoch": ready["epoch"]}
        self.note("hello", "ok", **fields, data={"from": self._cursor, "resumed": ready["resumed"]})
        if ready.get("reset"):
            self._void(connection.name, ready["reset"])
            return False
        self.connection = connection
        return True

    def _void(self, conn: str, reset: Any) -> None:
        self.note("reset", "ok", conn=conn, data=reset)
        self.state = State(self.person.user)

    async def _update(self, conn: str, frame: Json) -> None:
        pts, kind, data = frame["pts"], frame["kind"], frame["data"]
        fields = update_row(kind, data)
        self.note("recv", "ok", conn=conn, pts=pts, kind=kind, **fields)
        if (missing := self.state.unknown_chat(kind, data)) is not None:
            with suppress(Refused):  # cleared meanwhile; the log says so later
                self.state.hold(await self.get(f"/chats/{missing}"))
        self.state.apply(pts, kind, data)


def update_row(kind: str, data: Json) -> dict[str, Any]:
    """What the history keeps of an update."""
    if kind in ("message.created", "message.updated"):
        row = {"chat": data["chat"], "number": data["number"], "cid": data["client_id"]}
        return row | {"h": digest(data["text"]), "deleted": data["deleted"]}
    if kind == "message.deleted":
        whom = {"for": data["for"]}
        return {"chat": data["chat"], "number": data["number"], "deleted": True, "data": whom}
    if kind == "chat.updated":
        return {"chat": data["id"], "data": chat_row(data)}
    return {"data": {"id": data.get("id") or data.get("session")}}


def chat_row(chat: Json) -> Json:
    """What the history keeps of a Chat; copies, since the state goes on changing its own."""
    last = chat["last_message"]
    return {
        "chat": chat["id"],
        "last_number": chat["last_number"],
        "unread": chat["unread_count"],
        "me": dict(chat["marks"]["me"]),
        "peer": dict(chat["marks"]["peer"]),
        "last": message_row(last) if last else None,
    }


def message_row(message: Json) -> list[Any]:
    """number, client_id, hash of the text, deleted."""
    h = digest(message["text"])
    return [message["number"], message["client_id"], h, message["deleted"]]
