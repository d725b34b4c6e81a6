"""Random sequences against the rules of push: `python -m tests.push.sequences [COUNT [SEED]]`.

Devices of all kinds are shown and read items in any order, while events come in bursts and
alone. What must never happen is looked for after every step.
"""

from __future__ import annotations

import datetime as dt
import random
import sys
from dataclasses import dataclass, field

from feed.push.pacing import SILENCE, Surface, pace, retraction

STEPS = 24
ITEMS = [f"item-{number}" for number in range(4)]
SURFACES: tuple[Surface, ...] = ("apple", "browser", "app")
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass
class Device:
    """What is really up on a device, next to what the server takes for up. A repeat is of a push
    of which nobody knows whether it arrived."""

    surface: Surface
    believed: frozenset[str] = frozenset()
    really: set[str] = field(default_factory=set)
    silent: int = 0

    def show(self, tag: str, arrives: bool) -> None:
        if arrives:
            self.believed |= {tag}
            self.really.add(tag)

    def read(self, tag: str, arrives: bool, repeat: bool) -> None:
        push, self.believed = retraction(self.surface, tag, self.believed, repeat)
        if push and arrives:
            self.really.discard(tag)
            self.check()

    def check(self) -> None:
        """After a push that showed nothing."""
        assert self.surface != "apple", "a silent push to Apple's Web Push"
        if self.surface == "browser":
            assert self.really, "a silent push, and nothing of ours is up"


def walk_devices(chance: random.Random) -> None:
    """Show, read, and have pushes lost or repeated."""
    devices = [Device(surface) for surface in SURFACES]
    pending: list[tuple[Device, str]] = []
    for _ in range(STEPS):
        device, tag = chance.choice(devices), chance.choice(ITEMS)
        move = chance.random()
        if move < 0.5:
            device.show(tag, arrives=chance.random() < 0.9)
        elif move < 0.9 or not pending:
            device.read(tag, arrives=chance.random() < 0.8, repeat=False)
            pending.append((device, tag))
        else:
            again, tag = chance.choice(pending)
            again.read(tag, arrives=True, repeat=True)


def walk_burst(chance: random.Random) -> None:
    """Events of one item at any distances: pushes as the worker makes them."""
    now, pushes, last, waiting = START, 0, None, None
    told, sent = 0, list[tuple[dt.datetime, int]]()
    events = [0.0]
    for _ in range(STEPS):
        events.append(
            events[-1] + chance.choice([0.0, 0.1, 1.0, 9.0, 31.0, 70.0]) * chance.random()
        )
    for index, second in enumerate(events):
        now = START + dt.timedelta(seconds=second)
        while waiting is not None and (due := pace(pushes, last, waiting)).at <= now:
            pushes, last, waiting, told = due.number, due.at, None, index
            sent.append((due.at, due.number))
        if waiting is None:
            waiting = now
        due = pace(pushes, last, waiting)
        if last is None or waiting > last + SILENCE:
            assert due.at == waiting, "the first one must leave at once"
        if due.at <= now:
            pushes, last, waiting, told = due.number, now, None, index + 1
            sent.append((now, due.number))
    if waiting is not None:
        due = pace(pushes, last, waiting)
        sent.append((due.at, due.number))
        told = len(events)
    assert told == len(events), "an event that nobody is told of"
    _check_bursts(sent)


def _check_bursts(sent: list[tuple[dt.datetime, int]]) -> None:
    burst = 0
    for _, number in sent:
        burst = 1 if number == 1 else burst + 1
        assert number == burst <= 3, "a burst makes three pushes at most"
    for (after, number), (before, _) in zip(sent[1:], sent, strict=False):
        gap = (after - before).total_seconds()
        assert gap >= (30 if number == 1 else 10), "too soon after the last one"


def run(count: int, seed: int) -> int:
    """How many sequences kept to the rules: all, or an AssertionError tells which one did not."""
    for number in range(count):
        chance = random.Random(f"{seed}:{number}")
        try:
            walk_devices(chance)
            walk_burst(chance)
        except AssertionError as error:
            raise AssertionError(f"{error}, in sequence {number} of seed {seed}") from None
    return count


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(run(wanted, int(sys.argv[2]) if len(sys.argv) > 2 else 1), "sequences kept to the rules")
