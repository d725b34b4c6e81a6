from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chat.services.auditing import audit_some

PAGE = 500


class Command(BaseCommand):
    """After an upgrade during which processes of two releases wrote."""

    help = "Compare what is kept of every chat with its messages, and set it right."

    def handle(self, *args: Any, **options: Any) -> None:
        place, wrong = audit_some(0, PAGE)
        while place:
            place, more = audit_some(place, PAGE)
            wrong += more
        self.stdout.write(f"{wrong} sides of chats were wrong; they are right now.")
