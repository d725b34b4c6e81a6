"""Who was found by what, what an account has asked for so far, and what is still to be told."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Match(models.Model):
    """`owner` found `user` by this key. It stands whatever the other chooses later, until they give
    the number up or the owner forgets the book: nobody can tell a block from it."""

    pk = models.CompositePrimaryKey("owner_id", "key", "user_id")
    owner_id = models.BigIntegerField()
    key = models.BinaryField(max_length=17)
    user_id = models.BigIntegerField()
    assumed = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["user_id", "key"], name="match_of_person")]


class Seen(models.Model):
    """An account has had this number or address in its book, then or now. Forgetting leaves it, so
    that it cannot be asked for anew at no cost."""

    pk = models.CompositePrimaryKey("owner_id", "key")
    owner_id = models.BigIntegerField()
    key = models.BinaryField(max_length=17)
    is_phone = models.BooleanField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["owner_id", "is_phone", "at"], name="seen_lately")]


class Joined(models.Model):
    """`viewer` was told that `person` has joined. Once per pair, for ever."""

    pk = models.CompositePrimaryKey("viewer_id", "person_id")
    viewer_id = models.BigIntegerField()
    person_id = models.BigIntegerField()


class Errand(models.Model):
    """Many books must learn something of one person or number. Done in the order of `id`, a step a
    transaction; `cursor` is the last owner who has learned it."""

    class Kind(models.TextChoices):
        JOINED = "joined"
        PROVED = "proved"
        MUTUAL = "mutual"
        SHOWN = "shown"
        GIVEN_UP = "given_up"
        LEFT = "left"
        OPTED_OUT = "opted_out"

    kind = models.CharField(max_length=9, choices=Kind)
    user_id = models.BigIntegerField(default=0, db_default=0)
    keys = ArrayField(models.BinaryField(max_length=17), default=list, db_default=[])
    invite = models.CharField(max_length=200, default="", db_default="", blank=True)
    cursor = models.BigIntegerField(default=0, db_default=0)
    attempts = models.SmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(db_default=Now())
