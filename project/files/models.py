"""Shelves of files: what was uploaded, and the record of what was erased."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from project.ids import new_id


def new_key() -> str:
    """128 random bits: what a file is called in the store, whatever its owner calls it."""
    return secrets.token_hex(16)


class State(models.TextChoices):
    PENDING = "pending"
    PROCESSING = "processing"
    READY = "ready"
    REJECTED = "rejected"


class File(models.Model):
    """Until it is ready `size` and `content_type` are its owner's word; then they tell what the
    store holds. The row goes when the last holder lets go; an Erasure of its bytes then stays."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.CharField(max_length=32, default=new_key, unique=True, editable=False)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=127)
    # As the owner announced it, in lower-case hex; empty when they did not.
    sha256 = models.CharField(max_length=64, blank=True, db_default="")
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.PENDING, db_default=State.PENDING
    )
    # Why it was rejected, as a code for clients.
    reason = models.CharField(max_length=32, blank=True, db_default="")
    # Pixels, upright; of an image alone.
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    thumbnail_width = models.IntegerField(null=True)
    thumbnail_height = models.IntegerField(null=True)
    # A very small, blurred WebP as a data: URL, to show while the thumbnail loads.
    placeholder = models.TextField(blank=True, db_default="")
    created_at = models.DateTimeField(db_default=Now(), db_index=True)
    completed_at = models.DateTimeField(null=True)
    # How often a worker took it up and was never heard of again.
    attempts = models.SmallIntegerField(default=0, db_default=0)
    # When the worker that is at it said so last.
    taken_at = models.DateTimeField(null=True)
    # When its first holder took it; that happens once.
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"], name="file_unused", condition=models.Q(used_at=None)
            ),
            # Few at any time, and looked for all the time.
            models.Index(
                fields=["state", "created_at"],
                name="file_not_ready",
                condition=models.Q(state__in=["pending", "processing", "rejected"]),
            ),
        ]


class Erasure(models.Model):
    """The bytes of one file on their way out. `stores` tells of each place in the store when it was
    emptied, or why not yet; `finished_at` is set when all are."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    file_id = models.BigIntegerField()
    owner_id = models.BigIntegerField()
    key = models.CharField(max_length=32)
    # deleted, unused, rejected, replaced, left
    cause = models.CharField(max_length=16)
    stores = models.JSONField(default=dict)
    attempts = models.IntegerField(default=0, db_default=0)
    requested_at = models.DateTimeField(db_default=Now(), db_index=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["attempts", "requested_at"],
                name="file_erasure_waiting",
                condition=models.Q(finished_at=None),
            ),
            models.Index(fields=["key"], name="file_erasure_of_key"),
        ]
