"""Blocking. Both people's heads are locked, so a message that is being sent comes wholly before the
block or wholly after it."""

from __future__ import annotations

from django.db import transaction

from accounts.doors import announcements
from accounts.models import Block
from accounts.reading.selectors import get_user
from project.errors import invalid
from project.ids import parse_id
from project.sync.log import append_and_tell_on_commit, lock_users


@transaction.atomic
def block(*, user_id: int, other: str) -> None:
    """From now on `user_id` hears nothing of the other. Blocking twice is blocking once."""
    other_id = parse_id(other)
    if other_id == user_id:
        raise invalid("/user", "One cannot block oneself.")
    get_user(other_id)
    lock_users([user_id, other_id])
    _, created = Block.objects.get_or_create(blocker_id=user_id, blocked_id=other_id)
    if created:
        _announce(user_id, other_id)


@transaction.atomic
def unblock(*, user_id: int, other: str) -> None:
    """Lift a block. What the other sent meanwhile stays unseen; without a block nothing happens."""
    other_id = parse_id(other)
    lock_users([user_id, other_id])
    if Block.objects.filter(blocker_id=user_id, blocked_id=other_id).delete()[0]:
        _announce(user_id, other_id)


def _announce(blocker_id: int, blocked_id: int) -> None:
    heard = [listener(blocker_id, blocked_id) for listener in announcements.block_changed]
    if entries := announcements.entries_of(*heard):
        append_and_tell_on_commit(entries)
