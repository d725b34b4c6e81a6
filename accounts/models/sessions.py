"""The devices that are logged in."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models.people import User
from project.ids import new_id


class Session(models.Model):
    """One device that is logged in. Its refresh token is single-use; only its number is kept, and
    hashes of the present one and of the one before it for processes of the last release."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    device = models.CharField(max_length=300, blank=True, default="", db_default="")
    ip = models.GenericIPAddressField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(db_default=Now())
    refresh_hash = models.BinaryField(max_length=32)
    previous_hash = models.BinaryField(max_length=32, null=True)
    # Counts the refresh tokens of this session; an older number than the last is a reuse.
    generation = models.IntegerField(default=0, db_default=0)
    # The last of them whose access token was used: from then on the one before it is spent.
    used_generation = models.IntegerField(default=0, db_default=0)
    rotated_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True)
    # When the person last proved, from within, that it is them.
    proved_at = models.DateTimeField(null=True)
    # Of the device's token, which outlives a logout; taken away when the device is sent away.
    device_hash = models.BinaryField(max_length=32, null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["user"], condition=models.Q(revoked_at=None), name="session_alive_of_user"
            ),
            models.Index(
                fields=["device_hash"],
                condition=models.Q(device_hash__isnull=False),
                name="session_of_device",
            ),
            models.Index(
                fields=["revoked_at"],
                condition=models.Q(revoked_at__isnull=False),
                name="session_ended",
            ),
        ]
