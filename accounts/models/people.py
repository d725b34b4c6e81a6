"""People, whom they block, and how else they come in."""

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


class Block(models.Model):
    """`blocker` hears nothing more of `blocked`. Chat's write function reads this table."""

    # The blocker as the blocked one goes on seeing them.
    name = models.CharField(max_length=100, db_default="")
    about = models.TextField(db_default="")
    avatar = models.BigIntegerField(null=True)
    receipts = models.BooleanField(db_default=True)

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
        indexes = [
            models.Index(fields=["blocked", "blocker"], name="block_reverse"),
            models.Index(
                fields=["avatar"],
                condition=models.Q(avatar__isnull=False),
                name="block_of_avatar",
            ),
        ]


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
