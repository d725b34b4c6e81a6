"""Avatars: pictures out of one's own files, seen by everyone who is logged in."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import timezone

from accounts.models import Block, User
from accounts.reading.selectors import PRESENT
from project.errors import Problem, invalid
from project.files.models import File, State
from project.files.services.releasing import release
from project.ids import parse_id


def file_number(given: str) -> int:
    """Raises `validation` at `/avatar` for what is no file's id."""
    try:
        return parse_id(given)
    except Problem:
        raise _no_picture() from None


def replace(*, owner_id: int, old: int | None, new: int | None) -> None:
    """Take the new picture and let go of the old one. Call it in the transaction that changes the
    person, as its last step: files are locked last. Raises `validation` for a file that is not a
    ready image of the person's own which nothing has used yet."""
    if new is not None:
        own = File.objects.filter(pk=new, owner_id=owner_id, state=State.READY, used_at=None)
        images = own.filter(content_type__startswith="image/", width__isnull=False)
        if not images.update(used_at=timezone.now()):
            raise _no_picture()
    if old is not None:
        release(old, "replaced")


def _no_picture() -> Problem:
    return invalid("/avatar", "There is no such picture of yours, ready and not used elsewhere.")


def holds(file_id: int) -> bool:
    """Whether it is anybody's avatar, or was when they blocked somebody who still sees it."""
    return (
        User.objects.filter(avatar=file_id, left_at=None).exists()
        or Block.objects.filter(avatar=file_id, blocker__left_at=None).exists()
    )


def shows(user_id: int, file_ids: Collection[int]) -> set[int]:
    """An avatar is shown to everybody, unless its owner is locked out; an earlier one to whom its
    owner has blocked since."""
    now = User.objects.filter(PRESENT, avatar__in=file_ids).values_list("avatar", flat=True)
    before = Block.objects.filter(avatar__in=file_ids, blocked_id=user_id)
    return {pk for pk in now.union(before.values_list("avatar", flat=True)) if pk is not None}
