"""Announcing a file, and saying that its bytes are there."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from msgspec import UNSET
from msgspec.structs import asdict

from project.errors import Problem
from project.files.doors.names import clean
from project.files.doors.wire import CreateFile, NewFile
from project.files.doors.wire import File as FileOutput
from project.files.metrics import FILES
from project.files.models import File, State
from project.files.reading.selectors import get_file_for
from project.files.reading.shapes import file_output
from project.files.services.states import move
from project.files.stores import store
from project.ids import parse_id
from project.limits import Bucket
from project.queueing import queue_on_commit
from project.sync.log import lock_users

CREATING = Bucket("files", burst=120, rate=5)


def create_file(*, user_id: int, given: CreateFile) -> NewFile:
    """A file that waits for its bytes, and how to bring them. Raises `too_large`, `forbidden` with
    the reason `quota`, `rate_limited`."""
    CREATING.take(user_id)
    name = clean(given.name)
    if given.size > settings.FILE_LIMIT:
        raise Problem("too_large", f"A file may have at most {settings.FILE_LIMIT} bytes.")
    with transaction.atomic():
        _require_room(user_id, given.size)
        file = File.objects.create(
            owner_id=user_id,
            name=name,
            size=given.size,
            content_type=given.content_type.lower(),
            sha256="" if given.sha256 is UNSET else given.sha256,
        )
    FILES.labels(State.PENDING.value, "").inc()
    return NewFile(**asdict(file_output(file)), upload=store().upload(file))


def _require_room(user_id: int, size: int) -> None:
    """All that a person announced counts, unless it was rejected. Their head is locked, so two
    calls at once cannot both take the last room."""
    lock_users([user_id])
    own = File.objects.filter(owner_id=user_id).exclude(state=State.REJECTED)
    used = own.aggregate(sum=Sum("size"))["sum"] or 0
    if used + size > settings.FILE_QUOTA:
        detail = f"All your files may have at most {settings.FILE_QUOTA} bytes together."
        raise Problem("forbidden", detail, reason="quota")


@transaction.atomic
def complete_file(*, user_id: int, file: str) -> FileOutput:
    """The bytes are there: have them looked at. Repeating it changes nothing. For anyone but the
    owner there is no such file."""
    found = File.objects.filter(pk=parse_id(file), owner_id=user_id).first()
    if found is None:
        raise Problem("not_found")
    now = timezone.now()
    if found.state == State.PENDING and move(
        found, State.PENDING, State.PROCESSING, completed_at=now
    ):
        queue_on_commit("project.files.tasks.process", found.pk)
    return file_output(get_file_for(user_id, found.pk))
