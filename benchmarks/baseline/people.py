"""Make the tables, and pairs of users with a chat each: `python -m benchmarks.baseline.people 100`.

Prints a JSON list of `{chat, sender, receiver}`, the last two as credentials.
"""

from __future__ import annotations

import json
import secrets
import sys

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core import signing  # noqa: E402
from django.core.management import call_command  # noqa: E402

from benchmarks.baseline.models import Chat  # noqa: E402


def make_pair() -> dict[str, str]:
    sender, receiver = (User.objects.create(username=secrets.token_hex(8)) for _ in range(2))
    chat = Chat.objects.create()
    chat.members.set([sender, receiver])
    return {
        "chat": str(chat.pk),
        "sender": signing.dumps(sender.pk),
        "receiver": signing.dumps(receiver.pk),
    }


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    print(json.dumps([make_pair() for _ in range(int(sys.argv[1]))]))
