"""Shelves of chat: a chat of two people, each one's own side of it, its messages."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from project.ids import new_id


class Chat(models.Model):
    """One per pair of people, `low` being the one with the smaller id. Its row lock orders its
    messages."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    low = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    high = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    last_number = models.IntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(db_default=Now())
    # When the last message that both may see was sent.
    active_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["low", "high"], name="chat_one_per_pair"),
            models.CheckConstraint(
                condition=models.Q(low_id__lt=models.F("high_id")), name="chat_pair_in_order"
            ),
        ]

    def peer_of(self, user_id: int) -> int:
        return self.high_id if user_id == self.low_id else self.low_id


class Participant(models.Model):
    """One person's side of a chat. The marks are numbers of messages and only grow."""

    pk = models.CompositePrimaryKey("chat_id", "user_id")
    chat = models.ForeignKey(Chat, models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    delivered = models.IntegerField(default=0, db_default=0)
    read = models.IntegerField(default=0, db_default=0)
    cleared = models.IntegerField(default=0, db_default=0)
    # In their list: opened by them or by a message they may see, and not cleared since.
    opened = models.BooleanField(default=False, db_default=False)
    muted_until = models.DateTimeField(null=True)
    archived = models.BooleanField(default=False, db_default=False)
    pinned = models.BooleanField(default=False, db_default=False)
    marked_unread = models.BooleanField(default=False, db_default=False)
    # What is shown is kept, not counted. Above both `read` and `cleared`: how many messages are
    # gone, deleted or hidden from this person; all others there are the peer's, and unread. And how
    # many at the chat's very end are hidden.
    gone = models.IntegerField(default=0, db_default=0)
    hidden_tail = models.IntegerField(default=0, db_default=0)
    # While this person blocks the peer: the marks that the peer is shown, as they were then.
    shown_delivered = models.IntegerField(null=True)
    shown_read = models.IntegerField(null=True)
    # When this person last sent something here, also to somebody who is not to notice.
    sent_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["user", "chat"], name="chats_of_person")]


class Hole(models.Model):
    """A run of messages that one person may not see, as long as it can be: deleted for themselves,
    or sent by somebody whom they blocked. `hidden_from` says the same of each message; a hole says
    it once, so that a million of them are passed over in one step."""

    pk = models.CompositePrimaryKey("user_id", "chat_id", "first")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    chat = models.ForeignKey(Chat, models.CASCADE, related_name="+")
    first = models.IntegerField()
    last = models.IntegerField()


class Message(models.Model):
    """`number` counts from 1 in each chat, without a gap, in the order of commits.

    The two foreign keys have no constraint in the database: the function that writes messages holds
    both rows, and a check per message would cost a tenth of the write.
    """

    pk = models.CompositePrimaryKey("chat_id", "number")
    chat = models.ForeignKey(
        Chat, models.CASCADE, related_name="messages", db_constraint=False, db_index=False
    )
    number = models.IntegerField()
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    client_id = models.CharField(max_length=64)
    # A keyed hash of what was sent first: tells a repeat from a reused client_id, also after an
    # edit or a deletion, without keeping the content.
    fingerprint = models.BinaryField(max_length=16)
    type = models.CharField(max_length=8, db_default="text")
    text = models.TextField(db_default="")
    hashtags = ArrayField(models.TextField(), db_default=[])
    reply_to = models.IntegerField(null=True)
    # Held in files_file; no constraint, for the same reason.
    file_id = models.BigIntegerField(null=True)
    # What the embedding application gave along: {type, id} and {name, params}.
    reference = models.JSONField(null=True)
    action = models.JSONField(null=True)
    no_forward = models.BooleanField(db_default=False)
    # Of a forwarded message: whose words these were, if they may be named, and since when.
    forward_sender = models.BigIntegerField(null=True)
    forward_at = models.DateTimeField(null=True)
    forward_hops = models.SmallIntegerField(db_default=0)
    # [emoji, user_id, quiet] in the order in which they came; a quiet one is for its user alone.
    reactions = models.JSONField(db_default=[])
    # Those who put private tags on it; what these say is in Tag.
    tagged_by = ArrayField(models.BigIntegerField(), db_default=[])
    # What the first link of the text leads to: {url, title, description, site, image}.
    preview = models.JSONField(null=True)
    # Those who deleted it for themselves or had blocked its sender.
    hidden_from = ArrayField(models.BigIntegerField(), db_default=[])
    created_at = models.DateTimeField(db_default=Now())
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "client_id"], name="message_sent_once"),
        ]
        indexes = [
            models.Index(
                fields=["file_id", "chat", "number"],
                name="message_carries_file",
                condition=models.Q(file_id__isnull=False, deleted_at=None),
            ),
            models.Index(
                fields=["chat", "number"],
                name="message_deleted",
                condition=models.Q(deleted_at__isnull=False),
            ),
        ]


class Tag(models.Model):
    """One person's private label on a message."""

    pk = models.CompositePrimaryKey("user_id", "chat_id", "number", "tag")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    chat = models.ForeignKey(Chat, models.CASCADE, related_name="+")
    number = models.IntegerField()
    tag = models.CharField(max_length=64)
    tagged_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["user", "tag"], name="tag_of_person")]


class Revision(models.Model):
    """What a message said before an edit. Erased with the message."""

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="+", db_index=False)
    number = models.IntegerField()
    text = models.TextField()
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["chat", "number"], name="revision_of_message")]


class Report(models.Model):
    """What somebody reported, as it was at that moment. Nothing changes it but being handled."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reported = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    chat = models.ForeignKey(Chat, models.PROTECT, related_name="+")
    number = models.IntegerField(null=True)
    reason = models.CharField(max_length=16)
    comment = models.TextField(blank=True)
    snapshot = models.JSONField()
    created_at = models.DateTimeField(db_default=Now(), db_index=True)
    handled_at = models.DateTimeField(null=True)


class ActionRun(models.Model):
    """Somebody triggered the action of a message. The hook runs when it is due; a run that is taken
    up is due again later, in case its worker ends. Erased with the message and with the person."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        GIVEN_UP = "given up"
        NOT_RUN = "not run"

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    chat = models.ForeignKey(Chat, models.CASCADE, related_name="+", db_index=False)
    number = models.IntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    params = models.JSONField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.IntegerField(default=0)
    # Why it failed last, or was not run.
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)
    due_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["chat", "number"], name="action_of_message"),
            models.Index(
                fields=["due_at"], name="action_waiting", condition=models.Q(state="waiting")
            ),
        ]
