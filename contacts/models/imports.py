"""Imports and their parts, as jobs: what is to be done is here, and a queue only says when."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from contacts.models.books import Book
from project.ids import new_id


class Mode(models.TextChoices):
    FULL = "full"
    DELTA = "delta"


class State(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (State.QUEUED, State.RUNNING)


class Import(models.Model):
    """One upload of a book. The counts are those of its finished chunks."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    book = models.ForeignKey(Book, models.CASCADE, related_name="imports")
    owner_id = models.BigIntegerField()
    batch = models.CharField(max_length=64)
    mode = models.CharField(max_length=5, choices=Mode)
    from_file = models.BooleanField(default=False, db_default=False)
    region = models.CharField(max_length=2, blank=True, default="", db_default="")
    undoes = models.OneToOneField("self", models.SET_NULL, null=True, related_name="undone_by")
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    version = models.IntegerField()
    total = models.IntegerField()
    processed = models.IntegerField(default=0, db_default=0)
    matched = models.IntegerField(default=0, db_default=0)
    invitable = models.IntegerField(default=0, db_default=0)
    invalid = models.IntegerField(default=0, db_default=0)
    duplicate = models.IntegerField(default=0, db_default=0)
    mine = models.IntegerField(default=0, db_default=0)
    deferred = models.IntegerField(default=0, db_default=0)
    removed = models.IntegerField(default=0, db_default=0)
    # Contacts that it changed, and how many of these were told one by one.
    changed = models.IntegerField(default=0, db_default=0)
    told = models.IntegerField(default=0, db_default=0)
    # Times it was begun since it last came further, and when somebody last worked on it.
    attempts = models.SmallIntegerField(default=0, db_default=0)
    beat_at = models.DateTimeField(db_default=Now())
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=40, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "batch"], name="import_once_a_batch")
        ]
        indexes = [
            models.Index(
                fields=["beat_at"], condition=models.Q(state__in=OPEN), name="import_under_way"
            ),
            models.Index(fields=["owner_id", "-id"], name="import_of_owner"),
            models.Index(
                fields=["finished_at"],
                condition=models.Q(finished_at__isnull=False),
                name="import_ended",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class Chunk(models.Model):
    """Some entries of an import, written in one transaction. All three texts are sealed: the
    entries as they came, how each of them ended, and what was in the book before, for undoing."""

    pk = models.CompositePrimaryKey("job_id", "number")
    job = models.ForeignKey(Import, models.CASCADE, related_name="chunks")
    number = models.IntegerField()
    size = models.IntegerField()
    entries = models.BinaryField()
    outcomes = models.BinaryField(null=True)
    before = models.BinaryField(null=True)
