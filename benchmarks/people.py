"""Pairs of people on Confab, with a chat and a session each: `python -m benchmarks.people 100`.

Brings the database up to date first. Prints a JSON list of `{chat, sender, receiver}`, the last two
as access tokens. Nobody has a password: hashing thousands of them would take minutes.
"""

from __future__ import annotations

import json
import secrets
import sys

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from accounts.doors.devices import Device  # noqa: E402
from accounts.models import User  # noqa: E402
from accounts.services.registration import create_user  # noqa: E402
from accounts.services.sessions import open_session  # noqa: E402
from chat.services.chats import open_chat  # noqa: E402


def make_person() -> tuple[User, str]:
    """The user and an access token."""
    name = secrets.token_hex(6)
    email = f"{name}@example.com"
    user = create_user(name=name, email=email, email_verified=True, password=make_password(None))
    return user, open_session(user, Device("benchmark")).access


@transaction.atomic
def make_pair() -> dict[str, str]:
    (sender, sending), (receiver, receiving) = make_person(), make_person()
    chat, _ = open_chat(user_id=sender.pk, peer=str(receiver.pk))
    return {"chat": chat.id, "sender": sending, "receiver": receiving}


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    print(json.dumps([make_pair() for _ in range(int(sys.argv[1]))]))
