"""Codes on their way, and counts of what became of them."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models.people import User


class Purpose(models.TextChoices):
    REGISTER = "register"
    LOGIN = "login"
    EMAIL = "email"
    PHONE = "phone"
    RESET = "reset"
    CONFIRM = "confirm"
    OPT_OUT = "opt_out"


class Challenge(models.Model):
    """A code on its way to a destination, and what is done once it comes back.

    `token` names it on the wire. The code itself is nowhere: `code_hash` is keyed and bound to the
    token, the purpose and the destination.
    """

    token = models.CharField(max_length=43, primary_key=True)
    purpose = models.CharField(max_length=8, choices=Purpose)
    channel = models.CharField(max_length=5)
    destination = models.CharField(max_length=254)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    code_hash = models.BinaryField(max_length=32)
    payload = models.JSONField(default=dict, db_default={})
    attempts = models.SmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["destination", "purpose", "-created_at"], name="challenge_latest")
        ]


class WrongCodes(models.Model):
    """How many wrong codes were tried for a destination on a day (UTC), whatever the challenge.

    A device that the destination's owner has logged in with counts for itself: then `destination`
    is a keyed hash of both.
    """

    pk = models.CompositePrimaryKey("destination", "day")
    destination = models.CharField(max_length=254)
    day = models.DateField(db_index=True)
    count = models.SmallIntegerField(default=0, db_default=0)


class WrongPasswords(models.Model):
    """How many wrong passwords were tried in a row: of an account by strangers, of one by a device
    that it knows, or of a name that is nobody's, which is here as a hash."""

    subject = models.CharField(max_length=100, primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    count = models.SmallIntegerField(default=0, db_default=0)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["at"], name="wrong_passwords_of_nobody", condition=models.Q(user=None)
            )
        ]


class SmsCount(models.Model):
    """How many codes went to a country in an hour, and how many of them came back. Says nothing of
    any person; tells pumping (many sent, few verified) from use. Messages without a code have a row
    of their own, under `-`."""

    pk = models.CompositePrimaryKey("country", "hour")
    country = models.CharField(max_length=3)
    hour = models.DateTimeField(db_index=True)
    sent = models.IntegerField(default=0, db_default=0)
    verified = models.IntegerField(default=0, db_default=0)


class SmsNetworkCount(models.Model):
    """The same by the network that asked for the codes, which is here as a keyed hash; kept for two
    days."""

    pk = models.CompositePrimaryKey("network", "country", "hour")
    network = models.CharField(max_length=32)
    country = models.CharField(max_length=3)
    hour = models.DateTimeField(db_index=True)
    sent = models.IntegerField(default=0, db_default=0)
    verified = models.IntegerField(default=0, db_default=0)
