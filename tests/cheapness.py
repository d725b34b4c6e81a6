"""Whether something costs little, where the careless way would cost a hundred times as much."""

from __future__ import annotations

import time
from collections.abc import Callable


def costs_less(seconds: float, call: Callable[[], object]) -> bool:
    """Whether one call of five takes less of this thread's processor: a machine that does other
    things makes some of them slow, but what grows with the square of its input makes all."""
    return any(_cost(call) < seconds for _ in range(5))


def _cost(call: Callable[[], object]) -> float:
    since = time.thread_time()
    call()
    return time.thread_time() - since
