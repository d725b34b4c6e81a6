"""Letting go of files: the bytes go when nothing holds them any more."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from project.files.models import Erasure, File
from project.files.reading.holders import is_held
from project.queueing import queue_on_commit


def release(file_id: int, cause: str, only: Q | None = None) -> bool:
    """Call it in the transaction in which a holder let go, after every other lock was taken: files
    are locked last. If nothing else holds the file its row goes at once, and its bytes after the
    commit, with a record that stays until each place is empty. `only` is a condition on the file
    that must hold once it is locked. Whether the file went."""
    file = File.objects.select_for_update().filter(only or Q(), pk=file_id).first()
    if file is None or is_held(file_id):
        return False
    erasure = Erasure.objects.create(
        file_id=file.pk, owner_id=file.owner_id, key=file.key, cause=cause
    )
    file.delete()
    queue_on_commit("project.files.tasks.erase", erasure.pk)  # or else the sweep does it
    return True


def erase_unheld(owner_id: int) -> int:
    """Release all files of a person who left, but those that a message still holds; how many went.
    Each in a transaction of its own; again as often as needed."""
    own = File.objects.filter(owner_id=owner_id).order_by("pk").values_list("pk", flat=True)
    released = 0
    for file_id in list(own):
        with transaction.atomic():
            released += release(file_id, "left")
    return released
