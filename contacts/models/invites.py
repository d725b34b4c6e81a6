"""Invitations, and who wants none."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from project.ids import new_id


class Channel(models.TextChoices):
    SMS = "sms"
    EMAIL = "email"
    LINK = "link"


class InviteState(models.TextChoices):
    CREATED = "created"
    SENT = "sent"
    OPENED = "opened"
    REGISTERED = "registered"
    EXPIRED = "expired"
    REVOKED = "revoked"


ALIVE = (InviteState.CREATED, InviteState.SENT, InviteState.OPENED)


class Invite(models.Model):
    """An invitation of one contact, or one's own link (`own`), which may bring any number of
    people. Its token follows from the id. `user_id` is whom it is credited with; `shown` says that
    the inviter may know."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    inviter_id = models.BigIntegerField()
    own = models.BooleanField(default=False, db_default=False)
    contact_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=5, choices=Channel)
    state = models.CharField(max_length=10, choices=InviteState, default=InviteState.CREATED)
    destination = models.BinaryField(null=True)  # sealed; where it is sent to
    user_id = models.BigIntegerField(null=True)
    shown = models.BooleanField(default=False, db_default=False)
    joined = models.IntegerField(default=0, db_default=0)
    attempts = models.SmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inviter_id"],
                condition=models.Q(own=True, state__in=ALIVE),
                name="invite_one_own_link",
            )
        ]
        indexes = [
            models.Index(fields=["inviter_id", "-id"], name="invite_of_inviter"),
            models.Index(
                fields=["contact_id"],
                condition=models.Q(contact_id__isnull=False),
                name="invite_of_contact",
            ),
            models.Index(
                fields=["created_at"],
                condition=models.Q(state=InviteState.CREATED, destination__isnull=False),
                name="invite_to_send",
            ),
        ]


class InviteKey(models.Model):
    """Whoever registers with this number or address was invited."""

    pk = models.CompositePrimaryKey("invite_id", "key")
    invite = models.ForeignKey(Invite, models.CASCADE, related_name="keys")
    key = models.BinaryField(max_length=17)
    is_phone = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["key"], name="invite_by_key")]


class OptOut(models.Model):
    """Whoever has this number or address wants to be in no book and gets no invitation."""

    key = models.BinaryField(max_length=17, primary_key=True)
    at = models.DateTimeField(db_default=Now())
