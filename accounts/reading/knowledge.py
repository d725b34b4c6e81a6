"""What one person may know of another, asked wherever somebody is shown.

While a person is blocked, what they are shown of the blocker stays as it was at the block, and
nothing new is learnt: not the name on what others forward, not whether the blocker is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import structs

from accounts.doors import wire
from accounts.models import Block, User
from accounts.reading.selectors import users_by_id
from accounts.reading.shapes import deleted_output, picture, user_output

Pair = tuple[int, int]
"""Who looks, and at whom."""


class Seen(NamedTuple):
    """A person as another sees them; `receipts`: they show what they have read; `named`: what
    others forward of theirs may name them here."""

    user: wire.User
    receipts: bool
    named: bool


def seen(pairs: Iterable[Pair]) -> dict[Pair, Seen]:
    """What each pair's first person may know of the second, in two queries. Whoever left or never
    was is a deleted account."""
    asked = set(pairs)
    people = users_by_id({person_id for _, person_id in asked})
    blocks = _blocks(asked)
    return {pair: _seen(people.get(pair[1]), blocks.get(pair), pair[1]) for pair in asked}


def seen_by(viewer_id: int, person_id: int) -> wire.User:
    """One person as the viewer sees them."""
    return seen([(viewer_id, person_id)])[viewer_id, person_id].user


def _seen(person: User | None, block: Block | None, person_id: int) -> Seen:
    if person is None or person.left_at is not None:
        return Seen(deleted_output(person_id), receipts=True, named=False)
    user = user_output(person)
    if block is None:
        return Seen(user, person.read_receipts, named=True)
    name = block.name or user.name  # a process of the last release kept none
    then = structs.replace(user, name=name, about=block.about, avatar=picture(block.avatar))
    return Seen(then, block.receipts, named=False)


def _blocks(pairs: set[Pair]) -> dict[Pair, Block]:
    """By the one who is blocked and looks, and the one who blocks."""
    others = [pair for pair in pairs if pair[0] != pair[1]]
    if not others:
        return {}
    found = Block.objects.filter(
        blocked_id__in={viewer_id for viewer_id, _ in others},
        blocker_id__in={person_id for _, person_id in others},
    )
    return {(block.blocked_id, block.blocker_id): block for block in found}
