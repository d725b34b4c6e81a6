"""Shelves of search: the index in PostgreSQL, what has changed since, and what people looked
for."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now


class Document(models.Model):
    """One document as PostgreSQL searches it. `tsv` holds words with their places, and terms
    without; `facets` are the terms that are counted."""

    pk = models.CompositePrimaryKey("kind", "subject", "part")
    kind = models.CharField(max_length=8)
    subject = models.BigIntegerField()
    part = models.IntegerField()
    at = models.DateTimeField(null=True)
    tsv = SearchVectorField()
    facets = ArrayField(models.TextField(), db_default=[])
    digest = models.BigIntegerField()

    class Meta:
        indexes = [GinIndex(fields=["tsv"], name="search_document_tsv")]


class Change(models.Model):
    """Keys of one source that an index does not hold as they are now; written by the triggers of
    the tables themselves. With `upto` it is one subject from its first part to that one. With
    `reader` it concerns that person alone. `store` is the index that must learn of it next, or
    `failed`; `reached` is how far that index has come in a long stretch."""

    source = models.CharField(max_length=16)
    subjects = ArrayField(models.BigIntegerField())
    parts = ArrayField(models.IntegerField())
    upto = models.IntegerField(null=True)
    reached = models.IntegerField(null=True)
    reader = models.BigIntegerField(null=True)
    store = models.CharField(max_length=8, db_default="postgres")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["store", "id"], name="search_change_of_store")]


class Recent(models.Model):
    """What a person looked for last."""

    pk = models.CompositePrimaryKey("user_id", "text")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    text = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=Now())


class ElasticIndex(models.Model):
    """An index in Elasticsearch that is kept up to date: `live` answers, `building` will."""

    name = models.CharField(max_length=80, primary_key=True)
    state = models.CharField(max_length=8)
    made_at = models.DateTimeField(db_default=Now())


class Walk(models.Model):
    """How far a walk through all documents has come: the key behind which it goes on."""

    name = models.CharField(max_length=80, primary_key=True)
    source = models.CharField(max_length=16)
    subject = models.BigIntegerField(default=0)
    part = models.IntegerField(default=0)
    done = models.BigIntegerField(default=0)
