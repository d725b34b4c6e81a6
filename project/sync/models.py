"""The per-user log: one head and many updates for each user."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone


def fresh_epoch() -> str:
    """A name that no life of the logs had before."""
    return secrets.token_hex(8)


class Head(models.Model):
    """Where a user's log ends. Its row lock orders all that is told to that user."""

    user_id = models.BigIntegerField(primary_key=True)
    pts = models.BigIntegerField(default=0, db_default=0)
    # Updates at or below were pruned; a cursor below it gets a reset.
    floor = models.BigIntegerField(default=0, db_default=0)


class Update(models.Model):
    """One thing a user's devices must learn. It refers to an object and holds no content, so what
    is deleted is nowhere in the log and an old update shows the object's present state."""

    pk = models.CompositePrimaryKey("user_id", "pts")
    user_id = models.BigIntegerField()
    pts = models.BigIntegerField()
    kind = models.CharField(max_length=24)
    subject = models.BigIntegerField(null=True)
    # Of a message, in its chat, which is the subject. Releases before call the column so.
    number = models.BigIntegerField(null=True, db_column="part")
    at = models.DateTimeField(db_default=Now())


class Epoch(models.Model):
    """The life of all logs, a single row. It changes when positions may repeat: after a restore.

    The other columns name the database of which that is true, see `history`; empty until then.
    """

    value = models.CharField(max_length=16, default=fresh_epoch)
    place = models.CharField(max_length=64, default="", db_default="")
    timeline = models.IntegerField(null=True)
    synchronous = models.BooleanField(default=False, db_default=False)


class FanOut(models.Model):
    """Who has still to be told of a change: all of the topic's listing of `subject` above `cursor`.
    `round` is another one each time that it begins anew."""

    topic = models.CharField(max_length=40)
    subject = models.BigIntegerField()
    cursor = models.BigIntegerField(default=0, db_default=0)
    round = models.IntegerField(default=0, db_default=0)
    moved_at = models.DateTimeField(default=timezone.now, db_default=Now(), db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "subject"], name="sync_fanout_once")
        ]
