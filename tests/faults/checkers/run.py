"""What a checker looks at."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import msgspec

from tests.faults.folding import State
from tests.faults.history import Event

Json = dict[str, Any]

PROMOTED = "promoted"
"""The kind of fault that says that there is a leader again."""


class Violation(NamedTuple):
    """One thing that must not be."""

    detail: str


class UserTruth(msgspec.Struct):
    """What one person's fresh login shows: the bootstrap and each chat's whole history."""

    epoch: str
    pts: int
    chats: dict[str, Json]
    messages: dict[str, dict[int, Json]]
    chats_unread: int


class Row(NamedTuple):
    """A message as PostgreSQL holds it; `size` is its text's length, `file` may be empty."""

    number: int
    client_id: str
    sender: str
    deleted: bool
    size: int
    hidden_from: list[str]
    file: str = ""
    no_forward: bool = False


class Files(msgspec.Struct):
    """What the store holds at the end, as `place/key`; the keys of the files that there are; and of
    each file in a message the hash of what its sender gets, or what came instead."""

    keys: list[str]
    objects: list[str]
    contents: dict[str, str]


class Truth(msgspec.Struct):
    """The final read. `rows`, `logs` and `files` come straight from PostgreSQL, past all of the
    server's code; `logs` is (floor, pts, number of updates, highest update) by user, `files` tells
    of each file whether a message ever took it; `store` is there if files were uploaded."""

    users: dict[str, UserTruth]
    rows: dict[str, list[Row]]
    logs: dict[str, tuple[int, int, int, int]]
    deadlocks: int = 0
    files: dict[str, bool] = {}
    store: Files | None = None


class Limits(msgspec.Struct):
    """What a run allows, by phase: latencies in seconds at the 99th percentile, and for how long at
    most a connected device may be without a message that was acked already. In the whole run:
    seconds in which nothing is answered by phase (`outage`) and from a promotion to the next answer
    (`pause`), seconds without a socket after a goodbye
    (`back`), what clients may see that is no answer (None: anything), and how many epochs there are
    (0: any; more than one: what was answered may be lost, once)."""

    stale: dict[str, float] = msgspec.field(default_factory=dict)
    delivery_p99: dict[str, float] = msgspec.field(default_factory=dict)
    ack_p99: dict[str, float] = msgspec.field(default_factory=dict)
    grown_mib: float = 150.0
    tracebacks: bool = False
    outage: dict[str, float] = msgspec.field(default_factory=dict)
    pause: float = math.inf
    back: float = math.inf
    sees: list[str] | None = None
    epochs: int = 0


class Run(msgspec.Struct):
    """A finished run. `chats` names the two people of each chat; `unfinished` counts operations
    that had no answer long after all was healed, `late` the devices that were not up to date."""

    events: list[Event]
    devices: dict[str, State]
    truth: Truth
    chats: dict[str, tuple[str, str]]
    limits: Limits = msgspec.field(default_factory=Limits)
    unfinished: int = 0
    late: list[str] = msgspec.field(default_factory=list)
    logs: dict[str, str] = msgspec.field(default_factory=dict)
    grown_mib: dict[str, float] = msgspec.field(default_factory=dict)

    def of(self, *names: str, type: str = "") -> list[Event]:
        """The events of these operations, in order."""
        return [e for e in self.events if e.f in names and (not type or e.type == type)]

    @property
    def kept_since(self) -> float:
        """From when on whatever was answered must be there (`m`): always, or from the failover that
        may lose something."""
        if self.limits.epochs <= 1:
            return -math.inf
        return max((e.m for e in self.of("fault") if e.kind == PROMOTED), default=-math.inf)

    def peer(self, chat: str, user: str) -> str:
        one, other = self.chats[chat]
        return other if user == one else one
