"""Blocking. Both people's heads are locked, so a message that is being sent comes wholly before the
block or wholly after it."""

from __future__ import annotations

from django.db import transaction

from accounts.doors import announcements
from accounts.models import Block
from accounts.reading.selectors import get_user, lock_person
from project.errors import invalid
from project.files.services.releasing import release
from project.ids import parse_id
from project.sync.log import append_and_tell_on_commit, lock_users


@transaction.atomic
def block(*, user_id: int, other: str) -> None:
    """From now on `user_id` hears nothing of the other. Blocking twice is blocking once."""
    other_id = parse_id(other)
    if other_id == user_id:
        raise invalid("/user", "One cannot block oneself.")
    get_user(other_id)
    me = lock_person(user_id)
    _lock(user_id, other_id)
    _, created = Block.objects.get_or_create(
        blocker_id=user_id,
        blocked_id=other_id,
        defaults={
            "name": me.name,
            "about": me.about,
            "avatar": me.avatar,
            "receipts": me.read_receipts,
        },
    )
    if created:
        _announce(user_id, other_id)


@transaction.atomic
def unblock(*, user_id: int, other: str) -> None:
    """Lift a block. What the other sent meanwhile stays unseen; without a block nothing happens."""
    other_id = parse_id(other)
    me = lock_person(user_id)
    _lock(user_id, other_id)
    block = Block.objects.filter(blocker_id=user_id, blocked_id=other_id).first()
    if block is not None:
        block.delete()
        _announce(user_id, other_id)
        if block.avatar not in (None, me.avatar):
            release(block.avatar, "replaced")


def _lock(one_id: int, other_id: int) -> None:
    for lock in announcements.block_coming:
        lock(one_id, other_id)
    lock_users([one_id, other_id])


def _announce(blocker_id: int, blocked_id: int) -> None:
    heard = [listener(blocker_id, blocked_id) for listener in announcements.block_changed]
    if entries := announcements.entries_of(*heard):
        append_and_tell_on_commit(entries)
