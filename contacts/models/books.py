"""What people have in their address books.

Numbers and addresses lie here in two forms: sealed, for the owner to read, and as keyed hashes, for
matching. The keys of both are outside the database, so it alone tells nobody's number. People are
plain numbers, without constraints: a whole book is written at once.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from project.ids import new_id


class Book(models.Model):
    """The address book of one device. Its row lock orders all that is done to it. `version` is
    that of the last import that was asked for; after `needs_full` no delta can build on it.
    `brought_at` is when that was, and null once the book is held for out of date."""

    owner_id = models.BigIntegerField()
    device = models.CharField(max_length=64)
    version = models.IntegerField(default=0, db_default=0)
    needs_full = models.BooleanField(default=True, db_default=True)
    brought_at = models.DateTimeField(null=True, db_default=Now())

    class Meta:
        indexes = [
            models.Index(
                fields=["brought_at"],
                condition=models.Q(brought_at__isnull=False),
                name="book_brought",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["owner_id", "device"], name="book_of_device")
        ]


class Contact(models.Model):
    """An entry of a book. `anchor` is a hash of all its match keys and what it is known by from one
    import to the next, since rows of a file have no names; `digest` is one of the entry as it came,
    so that what did not change is not touched."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    owner_id = models.BigIntegerField()
    book_id = models.BigIntegerField()
    ref = models.CharField(max_length=120)  # as JSON: a number or a text
    anchor = models.BinaryField(max_length=16)
    digest = models.BinaryField(max_length=16)
    name = models.CharField(max_length=500)
    sorted_as = models.CharField(max_length=100)
    card = models.BinaryField()
    user_id = models.BigIntegerField(null=True)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book_id", "anchor"], name="contact_once_a_book")
        ]
        indexes = [
            models.Index(fields=["owner_id", "sorted_as", "id"], name="contact_in_order"),
            models.Index(fields=["book_id", "digest"], name="contact_by_digest"),
            models.Index(fields=["book_id", "ref"], name="contact_by_ref"),
            models.Index(
                fields=["user_id"],
                condition=models.Q(user_id__isnull=False),
                name="contact_of_person",
            ),
        ]


class Key(models.Model):
    """What a contact is matched by: a keyed hash of a number or address. For numbers of plans that
    changed `key` is that of all their forms and `exact` that of the form in the book. `assumed`
    says that a region was taken for granted; such a key shows a person and gives no rights."""

    pk = models.CompositePrimaryKey("contact_id", "key")
    contact_id = models.BigIntegerField()
    key = models.BinaryField(max_length=17)
    owner_id = models.BigIntegerField()
    exact = models.BinaryField(max_length=17, null=True)
    assumed = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["key", "owner_id"], name="key_in_books")]
