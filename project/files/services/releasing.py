"""Letting go of files: the bytes go when nothing holds them any more."""

from __future__ import annotations

from project.files.holders import is_held
from project.files.models import Erasure, File


def release(file_id: int, cause: str) -> None:
    """Call it in the transaction in which a holder let go, after every other lock was taken: files
    are locked last. If nothing else holds the file its row goes at once, and its bytes after the
    commit, with a record that stays until each place is empty."""
    file = File.objects.select_for_update().filter(pk=file_id).first()
    if file is None or is_held(file_id):
        return
    Erasure.objects.create(file_id=file.pk, owner_id=file.owner_id, key=file.key, cause=cause)
    file.delete()
