"""The history of a run: one JSON line for each invocation, completion, frame and fault.

All devices of a run live in one process, so `m` (monotonic seconds) orders their lines truly.
"""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import msgspec


class Event(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One line.

    `f` says what: send, forward, edit, delete, read, delivered, react, tag, reuse (operations),
    upload (`kind` is the file, `h` the hash of its content; info: not ready in time),
    hello, recv, synced, close (the socket), snapshot, history (reads), phase and fault. `type` is
    invoke, retry, ok, fail (known not to have happened) or info (unknown). `h` is the hash of a
    text, `conn` the connection it came by, `via` the door: socket or rest. A forward is noted in
    the chat that it goes to; its `kind` is where it comes from.
    """

    m: float
    t: float
    f: str
    type: str
    dev: str = ""
    user: str = ""
    cid: str = ""
    chat: str = ""
    number: int = 0
    pts: int = 0
    epoch: str = ""
    h: str = ""
    kind: str = ""
    conn: str = ""
    via: str = ""
    deleted: bool = False
    data: Any = None


class Recorder:
    """Appends events to `history.jsonl` in the run's directory and keeps them for the checkers."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._file = (directory / "history.jsonl").open("wb")
        self._encode = msgspec.json.Encoder().encode
        self.events: list[Event] = []

    def note(self, f: str, type: str, **fields: Any) -> Event:
        event = Event(m=time.monotonic(), t=time.time(), f=f, type=type, **fields)
        self.events.append(event)
        self._file.write(self._encode(event) + b"\n")
        return event

    def close(self) -> None:
        self._file.close()


def load(directory: Path) -> list[Event]:
    """The events of an earlier run, in order."""
    decode = msgspec.json.Decoder(Event).decode
    lines = (directory / "history.jsonl").read_bytes().splitlines()
    return [decode(line) for line in lines]


def digest(text: str) -> str:
    """What stands for a text in the history; empty for none (a tombstone)."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:16] if text else ""
