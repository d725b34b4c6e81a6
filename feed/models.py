"""Shelves of the feed: items, the events behind them, what people want, and what became of it.

`user_id` is a person of accounts; nothing here refers to an app's rows by foreign key.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from project.ids import new_id

LISTED = Q(shown=True, archived_at=None)


class Item(models.Model):
    """What one person is told of one group of events. Written under the lock of their head.

    A period is the time from one reading to the next: the counts and actors are those of the last
    one. `position` is that of the log at which the item came or came again, so it orders the feed.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=64)
    group = models.CharField(max_length=200)
    reference = models.JSONField(null=True)
    data = models.JSONField(db_default={})
    actors = ArrayField(models.BigIntegerField(), db_default=[])  # newest first, three at most
    actor_count = models.IntegerField(db_default=0)
    event_count = models.IntegerField(db_default=0)
    period = models.IntegerField(db_default=1)
    position = models.BigIntegerField()
    # Not in the list, where its person does not want the kind there; it may be pushed all the same.
    shown = models.BooleanField(db_default=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    # Put away by the person, or what it told of is gone. A new event brings it back.
    archived_at = models.DateTimeField(null=True)
    # Of an item that follows a source: its subject there, the numbers of the newest event ever, of
    # the newest that is still there, of the last one read in the feed, and of the last one before
    # this period.
    subject = models.BigIntegerField(null=True)
    newest = models.BigIntegerField(db_default=0)
    latest = models.BigIntegerField(db_default=0)
    read_number = models.BigIntegerField(db_default=0)
    floor = models.BigIntegerField(db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_id", "kind", "group"], name="item_of_group"),
        ]
        indexes = [
            models.Index(fields=["user_id", "position"], name="item_in_list", condition=LISTED),
            models.Index(
                fields=["user_id", "position"],
                name="item_unread",
                condition=LISTED & Q(read_at=None),
            ),
            models.Index(
                fields=["user_id", "position"],
                name="item_unseen",
                condition=LISTED & Q(seen_at=None),
            ),
            models.Index(fields=["updated_at"], name="item_by_age"),
        ]

    @property
    def is_listed(self) -> bool:
        """Whether it is in its person's list."""
        return self.shown and self.archived_at is None

    @property
    def is_open(self) -> bool:
        """Whether a new event would be one more of the same period."""
        return self.read_at is None and self.archived_at is None


class Event(models.Model):
    """Something that was published to one person, once for each key. It outlives its item, so that
    a late repeat brings nothing back."""

    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    item = models.ForeignKey(Item, models.SET_NULL, null=True, related_name="+", db_index=False)
    actor = models.BigIntegerField(null=True)
    period = models.IntegerField()
    withdrawn = models.BooleanField(db_default=False)
    # Whether it was decided to whom, by which channel, it goes.
    decided = models.BooleanField(db_default=False)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_id", "kind", "key"], name="event_once"),
        ]
        indexes = [
            models.Index(fields=["item", "period", "actor"], name="event_of_item"),
            models.Index(fields=["user_id"], name="event_undecided", condition=Q(decided=False)),
            models.Index(fields=["at"], name="event_by_age"),
        ]


class State(models.Model):
    """How much of one person's list they have not seen and not read. A trigger on items keeps it,
    the audit compares it with them."""

    user_id = models.BigIntegerField(primary_key=True)
    unseen = models.IntegerField(db_default=0)
    unread = models.IntegerField(db_default=0)


class Follow(models.Model):
    """How far one person's log was followed, and the counts that their devices were told last."""

    user_id = models.BigIntegerField(primary_key=True)
    pts = models.BigIntegerField(db_default=0)
    told = ArrayField(models.IntegerField(), db_default=[])


class Preference(models.Model):
    """What one person wants; who has no row wants the defaults."""

    user_id = models.BigIntegerField(primary_key=True)
    # {kind: {in_app, push, email}}, only what differs from the kind's defaults.
    kinds = models.JSONField(db_default={})
    # {from, to, time_zone} and {every, at, time_zone}; wall-clock times, zones by their IANA names.
    quiet_hours = models.JSONField(null=True)
    digest = models.JSONField(null=True)
    preview = models.CharField(max_length=8, db_default="full")


class Mute(models.Model):
    """Holds push and e-mail of one person's events, or of one object's, until then."""

    user_id = models.BigIntegerField()
    actor = models.BigIntegerField(null=True)
    reference = models.JSONField(null=True)
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user_id"], name="mute_of_person")]


class Device(models.Model):
    """Where a session can be pushed to. One for each session; it ends with it."""

    class Platform(models.TextChoices):
        WEB = "web"
        ANDROID = "android"
        IOS = "ios"

    id = models.BigIntegerField(primary_key=True, default=new_id)
    user_id = models.BigIntegerField(db_index=True)
    session_id = models.BigIntegerField(unique=True)
    platform = models.CharField(max_length=8, choices=Platform)
    # A token of FCM or APNs, or a browser's subscription: {endpoint, keys: {p256dh, auth}}.
    token = models.TextField(blank=True)
    subscription = models.JSONField(null=True)
    # Of the token or the endpoint: an address belongs to the session that named it last.
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(db_default=Now())


class Delivery(models.Model):
    """The ledger: what became of one event by one channel, for one device if it came so far. An
    empty outcome is not known yet and not shown."""

    class Outcome(models.TextChoices):
        WAITING = ""
        SENT = "sent"
        COALESCED = "coalesced"
        ACTIVE = "active"
        MUTED = "muted"
        QUIET = "quiet"
        OFF = "off"
        RETRACTED = "retracted"
        DEAD = "dead"
        FAILED = "failed"

    class Channel(models.TextChoices):
        PUSH = "push"
        EMAIL = "email"

    item = models.ForeignKey(Item, models.CASCADE, related_name="deliveries", db_index=False)
    user_id = models.BigIntegerField()
    event_at = models.DateTimeField()
    channel = models.CharField(max_length=8, choices=Channel)
    device_id = models.BigIntegerField(null=True)  # kept when the device is gone
    outcome = models.CharField(
        max_length=12, choices=Outcome, blank=True, default=Outcome.WAITING, db_default=""
    )
    reason = models.CharField(max_length=60, blank=True, default="", db_default="")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["item", "event_at"], name="delivery_of_item"),
            models.Index(fields=["at"], name="delivery_by_age"),
        ]


class Push(models.Model):
    """The outbox of push: one row for each device and item that waits. Written by what decides,
    taken by what sends, gone when its delivery has an outcome. A newer event takes the row over
    (`delivery` is another one then), so what has sent deletes the row only if it still has the
    delivery that was sent.

    Without an item it is a summary: so much came at once that each for itself would be a storm.
    """

    user_id = models.BigIntegerField()
    device = models.ForeignKey(Device, models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(Item, models.CASCADE, null=True, related_name="+")
    delivery = models.ForeignKey(Delivery, models.CASCADE, null=True, related_name="+")
    # Take back what was shown instead of showing something.
    retract = models.BooleanField(db_default=False)
    event_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.IntegerField(db_default=0)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device", "item"], name="push_of_item", nulls_distinct=False
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="push_by_time")]


class Mail(models.Model):
    """The outbox of letters: one for each item that waits, to be sent if it is still unread."""

    user_id = models.BigIntegerField()
    item = models.OneToOneField(Item, models.CASCADE, related_name="+")
    delivery = models.ForeignKey(Delivery, models.CASCADE, null=True, related_name="+")
    due_at = models.DateTimeField(db_index=True)
    attempts = models.IntegerField(db_default=0)


class Digest(models.Model):
    """A window of somebody's digest. It opens with its first event and is sent once, at its end."""

    user_id = models.BigIntegerField()
    opened_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField()
    # When it may be taken up: after its end, and again some minutes after a worker took it.
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.IntegerField(db_default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_id", "ends_at"], name="digest_once"),
        ]
        indexes = [
            models.Index(fields=["ends_at"], name="digest_open", condition=Q(sent_at=None)),
        ]


class Shown(models.Model):
    """What one device was pushed of one item, or of summaries: how far its burst has come, and
    whether it is to be seen there, as far as we know."""

    user_id = models.BigIntegerField()
    device = models.ForeignKey(Device, models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(Item, models.CASCADE, null=True, related_name="+")
    # What the last push told of, to know a repeat from a next one.
    delivery_id = models.BigIntegerField(null=True)
    pushes = models.SmallIntegerField(db_default=0)
    begun_at = models.DateTimeField()  # the first attempt of the last push
    up = models.BooleanField(db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device", "item"], name="shown_of_item", nulls_distinct=False
            ),
        ]
