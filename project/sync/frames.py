"""Frames of the socket. An update's `data` is JSON that was made once for all sockets."""

from __future__ import annotations

from typing import Any

import msgspec

from project import wire
from project.errors import Problem
from project.problems import request_id_for


class Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a client sends: a command with its id and data."""

    type: str
    id: str | None = None
    data: msgspec.Raw = msgspec.Raw(b"{}")


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    data: ReadyData


class Reset(wire.Output):
    """Why the cursor cannot be continued, and where the log stands now."""

    reason: str
    epoch: str
    pts: int


class Limits(wire.Output):
    """What this connection is held to."""

    outstanding: int
    frame_bytes: int
    text: int
    idle_seconds: int
    heartbeat_seconds: int


class ReadyData(wire.Output, omit_defaults=True):
    """`heartbeat` is in seconds; `pts` is the head of the log."""

    user: wire.Id
    session: wire.Id
    epoch: str
    pts: int
    resumed: bool
    heartbeat: int
    limits: Limits
    reset: Reset | None = None


class Synced(msgspec.Struct, frozen=True, tag="synced"):
    pts: int


class Heartbeat(msgspec.Struct, frozen=True, tag="heartbeat"):
    pts: int


class Update(msgspec.Struct, frozen=True, tag="update"):
    pts: int
    kind: str
    data: Any


class Signal(msgspec.Struct, frozen=True, tag="signal"):
    kind: str
    data: Any


class Error(msgspec.Struct, frozen=True, tag="error"):
    id: str | None
    error: dict[str, Any]


class Bye(msgspec.Struct, frozen=True, tag="bye"):
    data: ByeData


class ByeData(wire.Output):
    """`retry_after` is in seconds; null means that to reconnect is pointless."""

    code: int
    reason: str
    retry_after: float | None


def text(frame: msgspec.Struct) -> str:
    """The frame as it travels."""
    return wire.encode(frame).decode()


def size_of(text: str) -> int:
    """Its bytes on the wire; ASCII, which most is, need not be encoded for that."""
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))


def update_text(pts: int, kind: str, data: bytes) -> str:
    """An update whose `data` is JSON already. The hot path: no struct is made for it."""
    return f'{{"type":"update","pts":{pts},"kind":"{kind}","data":{data.decode()}}}'


def error_text(command_id: str | None, problem: Problem) -> str:
    """The request's id is the command's; without one it has an id of its own, for the log."""
    return text(Error(command_id, problem.body(command_id or request_id_for(""))))
