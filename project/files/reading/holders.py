"""What keeps files: messages, avatars. Each app registers its own when it starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Holder(NamedTuple):
    """`holds` tells whether anything of this kind still keeps the file, `shows(user_id, file_id)`
    whether this person may read it because of that. Both take and give plain values."""

    holds: Callable[[int], bool]
    shows: Callable[[int, int], bool]


HOLDERS: dict[str, Holder] = {}


def is_held(file_id: int) -> bool:
    return any(holder.holds(file_id) for holder in HOLDERS.values())


def is_shown(user_id: int, file_id: int) -> bool:
    return any(holder.shows(user_id, file_id) for holder in HOLDERS.values())
