"""How a file moves on: once from each state, and its owner's devices are told."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from project.files.metrics import FILES
from project.files.models import File, State
from project.sync.log import Entry, append_and_tell_on_commit, lock_users


@transaction.atomic
def move(file: File, left: State, entered: State, **values: Any) -> bool:
    """Give the file its new state and `values`, if it is still in the state that it is to leave;
    whether it was. False also when it is gone. A transaction of its own, or the last part of one
    that holds no file: heads are locked before files."""
    lock_users([file.owner_id])
    still = File.objects.filter(pk=file.pk, state=left)
    if not still.update(state=entered, **values):
        return False
    tell(file.owner_id, file.pk)
    reason = str(values.get("reason", ""))
    transaction.on_commit(lambda: FILES.labels(entered.value, reason).inc())
    return True


def tell(owner_id: int, file_id: int) -> None:
    """Have the owner's devices learn of the file as it is now."""
    append_and_tell_on_commit([Entry(owner_id, "file.updated", file_id)])
