"""People, the sessions of their devices, the codes sent to them, and whom they block."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from project.ids import new_id


class Audience(models.TextChoices):
    EVERYONE = "everyone"
    CONTACTS = "contacts"
    NOBODY = "nobody"


class People(BaseUserManager["User"]):
    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """For `manage.py createsuperuser`: an operator of the admin."""
        user = self.model(
            username=username.lower(), name=username, is_staff=True, is_superuser=True, **fields
        )
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person. E-mail and phone are identities only when verified, and then they are unique."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=32, unique=True)
    email = models.EmailField(max_length=254, null=True, blank=True)  # noqa: DJ001  # no empty ones
    email_verified = models.BooleanField(default=False, db_default=False)
    phone = models.CharField(max_length=16, null=True, blank=True)  # noqa: DJ001
    phone_verified = models.BooleanField(default=False, db_default=False)
    name = models.CharField(max_length=100)
    about = models.CharField(max_length=500, blank=True, default="", db_default="")
    tags = ArrayField(models.CharField(max_length=64), blank=True, default=list, db_default=[])
    avatar = models.BigIntegerField(null=True, blank=True)

    discoverable_by = models.CharField(
        max_length=8, choices=Audience, default=Audience.CONTACTS, db_default=Audience.CONTACTS
    )
    last_seen = models.CharField(
        max_length=8, choices=Audience, default=Audience.EVERYONE, db_default=Audience.EVERYONE
    )
    forward_origin = models.CharField(
        max_length=8, choices=Audience, default=Audience.EVERYONE, db_default=Audience.EVERYONE
    )
    read_receipts = models.BooleanField(default=True, db_default=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    is_active = models.BooleanField(default=True, db_default=True)
    is_staff = models.BooleanField(default=False, db_default=False)
    # Set when the person left: from then on nobody finds them and nothing lets them in.
    left_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    last_login = None  # a session's last use tells it

    objects = People()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(email_verified=True),
                name="user_email_proved_once",
            ),
            models.UniqueConstraint(
                fields=["phone"],
                condition=models.Q(phone_verified=True),
                name="user_phone_proved_once",
            ),
            models.CheckConstraint(
                condition=models.Q(username__regex=r"^[a-z0-9_]{3,32}$"), name="user_username_form"
            ),
        ]
        indexes = [
            models.Index(
                fields=["avatar"],
                condition=models.Q(avatar__isnull=False),
                name="user_of_avatar",
            )
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_present(self) -> bool:
        """Neither left nor locked out by an operator."""
        return self.is_active and self.left_at is None

    @property
    def has_password(self) -> bool:
        return bool(self.password) and self.has_usable_password()


class Session(models.Model):
    """One device that is logged in. Its refresh token is single-use; only hashes are kept, of the
    present one and of the one before it."""

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
        ]


class Purpose(models.TextChoices):
    REGISTER = "register"
    LOGIN = "login"
    EMAIL = "email"
    PHONE = "phone"
    RESET = "reset"
    CONFIRM = "confirm"


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
    resends = models.SmallIntegerField(default=0, db_default=0)
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


class Block(models.Model):
    """`blocker` hears nothing more of `blocked`. Chat's write function reads this table."""

    blocker = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    blocked = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
            models.CheckConstraint(
                condition=~models.Q(blocker=models.F("blocked")), name="block_of_another"
            ),
        ]
        indexes = [models.Index(fields=["blocked", "blocker"], name="block_reverse")]


class Identity(models.Model):
    """An account at another company that logs this person in. `subject` is that company's name for
    it, the only thing that identifies it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="identities")
    provider = models.CharField(max_length=16)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="identity_of_one_person"),
            models.UniqueConstraint(fields=["user", "provider"], name="identity_once_a_provider"),
        ]


class JobState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


class Erasure(models.Model):
    """What was done to forget a person: for each store when and how much. Holds nothing of theirs
    but the id that their messages still carry."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    user_id = models.BigIntegerField(unique=True)
    requested_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True)
    stores = models.JSONField(default=dict, db_default={})


class Export(models.Model):
    """A copy of a person's own data, made on request. `progress` is in percent."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=JobState, default=JobState.QUEUED)
    progress = models.SmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True)


class SmsCount(models.Model):
    """How many codes went to a country in an hour, and how many of them came back. Says nothing of
    any person; tells pumping (many sent, few verified) from use."""

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
