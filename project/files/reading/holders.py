"""What keeps files: messages, avatars. Each app registers its own when it starts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple


class Holder(NamedTuple):
    """`holds` tells whether anything of this kind still keeps the file, `shows(user_id, file_ids)`
    which of these files the person may read because of that: all of them in one query, at a cost
    that does not grow with how many keep a file."""

    holds: Callable[[int], bool]
    shows: Callable[[int, Collection[int]], set[int]]


HOLDERS: dict[str, Holder] = {}


def is_held(file_id: int) -> bool:
    return any(holder.holds(file_id) for holder in HOLDERS.values())


def shown(user_id: int, file_ids: Collection[int]) -> set[int]:
    """Those of these files that some holder shows to this person."""
    left = set(file_ids)
    for holder in HOLDERS.values():
        if left:
            left -= holder.shows(user_id, left)
    return set(file_ids) - left
