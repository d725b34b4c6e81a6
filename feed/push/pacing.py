"""When a push may leave, and when one may take back what was shown. Pure functions.

A burst of one item makes at most three pushes: the first at once, then two that replace it. Those
who wait for the next one are told of by it.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Set
from typing import Literal, NamedTuple

GAPS = (dt.timedelta(seconds=10), dt.timedelta(seconds=60), dt.timedelta(seconds=60))
"""After the first push of a burst, after the second, and after the third, which ends it."""
SILENCE = dt.timedelta(seconds=30)
"""After so long without an event, the next one begins a burst of its own."""
GIVE_UP = dt.timedelta(minutes=10)
LONGEST_PAUSE = 60.0

Surface = Literal["apple", "browser", "app"]
"""Where a push shows: Apple's Web Push, another browser, an app of a phone."""


class Pace(NamedTuple):
    """When the next push of an item may leave, and which one of its burst it is, from 1."""

    at: dt.datetime
    number: int


def pace(pushes: int, last: dt.datetime | None, waiting_since: dt.datetime) -> Pace:
    """`pushes` left in the burst so far, the last one at `last`; the first event that is not told
    of came at `waiting_since`."""
    if last is None or not pushes or waiting_since > last + SILENCE:
        return Pace(waiting_since, 1)
    gap = GAPS[min(pushes, len(GAPS)) - 1]
    return Pace(last + gap, pushes % len(GAPS) + 1)


def may_retract(surface: Surface, tag: str, up: Set[str]) -> bool:
    """Whether a push may go out that only takes away what is shown under `tag`. `up` are the tags
    of ours that are up on the device.

    Apple ends a subscription after three pushes that show nothing. Other browsers show a complaint
    of their own, unless a notification of ours is there to be seen.
    """
    if surface == "apple" or tag not in up:
        return False
    return surface == "app" or bool(up - {tag})


def retraction(
    surface: Surface, tag: str, up: frozenset[str], repeat: bool
) -> tuple[bool, frozenset[str]]:
    """Whether a push takes back what is shown under `tag`, and what counts as up from then on: not
    what was taken back, and not what was read either, since the page closes that. A `repeat` is of
    a push that may not have arrived."""
    push = may_retract(surface, tag, up | {tag} if repeat else up)
    return push, up - {tag}


def pause(attempts: int, told: float | None) -> dt.timedelta:
    """How long until the next attempt: at least as long as the service said, else ever longer, and
    never for all at the same moment."""
    least = min(LONGEST_PAUSE, 2.0 ** min(attempts, 6)) if told is None else told
    return dt.timedelta(seconds=least * (1 + random.random() / 4))
