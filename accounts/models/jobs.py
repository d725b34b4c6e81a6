"""What is done for a person in the background."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models.functions import Now

from accounts.models.people import User
from project.ids import new_id


def new_key() -> str:
    return secrets.token_hex(16)


class JobState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


class Erasure(models.Model):
    """What was done to forget a person: for each store when and how much. Holds nothing of theirs
    but the id that their messages still carry."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    user_id = models.BigIntegerField(unique=True)
    requested_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True)
    stores = models.JSONField(default=dict, db_default={})

    class Meta:
        indexes = [
            models.Index(
                fields=["requested_at"],
                name="erasure_waiting",
                condition=models.Q(finished_at=None),
            )
        ]


class Export(models.Model):
    """A copy of a person's own data, made on request. `progress` is in percent. `key` is where it
    lies in the bucket, which nobody can guess who knows the id."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=JobState, default=JobState.QUEUED)
    key = models.CharField(max_length=32, default=new_key, db_default="")
    progress = models.SmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="export_by_age")]
