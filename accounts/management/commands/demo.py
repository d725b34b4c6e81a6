"""`manage.py demo`: two accounts to try things with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from accounts.reading.selectors import find_by_email
from accounts.services import create_person

PASSWORD = "confab-demo"  # noqa: S105  # printed by `make run`; refused outside development
NAMES = ("alice", "bob")


class Command(BaseCommand):
    help = "Make the demo accounts alice@example.com and bob@example.com (development only)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Also puts the password and names back, should someone have changed them."""
        if not settings.DEBUG:
            raise CommandError("Demo accounts have a public password: set DEBUG to make them.")
        made = []
        for name in NAMES:
            with transaction.atomic():
                made.append(_ensure(name))
        self.stdout.write(f"alice@example.com, bob@example.com: password {PASSWORD}")
        if all(made):
            self.stdout.write("made")  # for the launcher, which lets them speak


def _ensure(name: str) -> bool:
    """Whether the account is new."""
    email = f"{name}@example.com"
    user = find_by_email(email)
    made = user is None
    if user is None:
        user, _ = create_person(email=email, password=PASSWORD, name=name.capitalize())
    elif not user.check_password(PASSWORD):
        User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD))
    if not User.objects.filter(username=name).exists():
        User.objects.filter(pk=user.pk).update(username=name)
    return made
