"""How each design's frames look, as little of it as the load needs.

Every text begins with a mark that carries the message's ordinal within its pair, so that a frame
need not be parsed as JSON to know which message it tells.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple, Protocol

MARK = b"no. "
DIGITS = 8
REST = b" - a message of ordinary length, such as people write to each other all day long"


class Kind(IntEnum):
    OTHER = 0
    READY = 1  # the connection may be used
    ACK = 2  # the message of this ordinal is stored
    MESSAGE = 3  # the message of this ordinal has come
    PING = 4  # to be answered with `pong`
    FAULT = 5


class Pair(NamedTuple):
    """A chat and the credentials of its two people; their form is the design's affair."""

    chat: str
    sender: str
    receiver: str


class Dialect(Protocol):
    """`echoes` tells whether the sending device itself is told its messages too."""

    echoes: bool
    pong: bytes

    def address(self, port: int, pair: Pair, who: str) -> tuple[str, Mapping[str, str]]:
        """The URL and the headers with which this person connects."""

    def greeting(self, who: str) -> bytes | None:
        """What must be sent first, if anything."""

    def message(self, pair: Pair, ordinal: int) -> bytes:
        """The frame that sends a message."""

    def read(self, payload: bytes) -> tuple[Kind, int]:
        """What a frame tells, and of which message."""


def text_of(ordinal: int) -> bytes:
    return b"%b%08d%b" % (MARK, ordinal, REST)


def ordinal_in(payload: bytes) -> int:
    """The ordinal of the message whose text is in this frame."""
    start = payload.index(MARK) + len(MARK)
    return int(payload[start : start + DIGITS])


class Confab:
    """Frames of the wire contract on `/ws/`."""

    echoes = True
    pong = b""

    def __init__(self) -> None:
        self._run = secrets.token_hex(4).encode()  # client ids are unique for ever

    def address(self, port: int, pair: Pair, who: str) -> tuple[str, Mapping[str, str]]:
        return f"ws://127.0.0.1:{port}/ws/", {"Authorization": f"Bearer {who}"}

    def greeting(self, who: str) -> bytes | None:
        return None

    def message(self, pair: Pair, ordinal: int) -> bytes:
        return (
            b'{"type":"message.send","id":"%d","data":{"chat":"%b","client_id":"%b-%d","text":"%b"}}'
            % (ordinal, pair.chat.encode(), self._run, ordinal, text_of(ordinal))
        )

    def read(self, payload: bytes) -> tuple[Kind, int]:
        if payload.startswith(b'{"type":"reply"'):
            return Kind.ACK, ordinal_in(payload)
        if payload.startswith(b'{"type":"update"'):
            if b'"kind":"message.created"' in payload[:80]:
                return Kind.MESSAGE, ordinal_in(payload)
            return Kind.OTHER, 0
        if payload.startswith(b'{"type":"synced"'):
            return Kind.READY, 0
        if payload.startswith((b'{"type":"error"', b'{"type":"bye"')):
            return Kind.FAULT, 0
        return Kind.OTHER, 0


class Baseline:
    """The tutorial's room, `/ws/chat/{chat}/{token}/`."""

    echoes = True
    pong = b""

    def address(self, port: int, pair: Pair, who: str) -> tuple[str, Mapping[str, str]]:
        return f"ws://127.0.0.1:{port}/ws/chat/{pair.chat}/{who}/", {}

    def greeting(self, who: str) -> bytes | None:
        return None

    def message(self, pair: Pair, ordinal: int) -> bytes:
        return b'{"id":%d,"text":"%b"}' % (ordinal, text_of(ordinal))

    def read(self, payload: bytes) -> tuple[Kind, int]:
        if payload.startswith(b'{"type": "ack"'):
            return Kind.ACK, int(payload[payload.index(b'"id": ') + 6 :].partition(b",")[0])
        if payload.startswith(b'{"type": "message"'):
            return Kind.MESSAGE, ordinal_in(payload)
        return (Kind.READY if payload == b'{"type": "ready"}' else Kind.OTHER), 0


class SocketIO:
    """Engine.IO 4 over a WebSocket, Socket.IO 5 within it."""

    echoes = False
    pong = b"3"

    def address(self, port: int, pair: Pair, who: str) -> tuple[str, Mapping[str, str]]:
        return f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket", {}

    def greeting(self, who: str) -> bytes | None:
        return b'40{"user":"%b"}' % who.encode()

    def message(self, pair: Pair, ordinal: int) -> bytes:
        return b'42%d["message",{"chat":"%b","text":"%b"}]' % (
            ordinal,
            pair.chat.encode(),
            text_of(ordinal),
        )

    def read(self, payload: bytes) -> tuple[Kind, int]:
        if payload.startswith(b"42"):
            return Kind.MESSAGE, ordinal_in(payload)
        if payload.startswith(b"43"):
            number, _, answer = payload[2:].partition(b"[")
            return (Kind.ACK if answer.startswith(b'{"number"') else Kind.FAULT), int(number)
        if payload == b"2":
            return Kind.PING, 0
        if payload.startswith(b"40"):
            return Kind.READY, 0
        return (Kind.FAULT if payload.startswith(b"44") else Kind.OTHER), 0


class Relay:
    """The limit's own few frames, on `/{user}`."""

    echoes = False
    pong = b""

    def address(self, port: int, pair: Pair, who: str) -> tuple[str, Mapping[str, str]]:
        return f"ws://127.0.0.1:{port}/{who}", {}

    def greeting(self, who: str) -> bytes | None:
        return None

    def message(self, pair: Pair, ordinal: int) -> bytes:
        return b'{"id":%d,"chat":%b,"text":"%b"}' % (ordinal, pair.chat.encode(), text_of(ordinal))

    def read(self, payload: bytes) -> tuple[Kind, int]:
        if payload.startswith(b'{"ack":'):
            return Kind.ACK, int(payload[7:].partition(b",")[0])
        if payload.startswith(b'{"chat":'):
            return Kind.MESSAGE, ordinal_in(payload)
        return (Kind.READY if payload == b'{"ready":true}' else Kind.OTHER), 0
