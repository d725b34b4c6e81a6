"""People, chats and messages made in this process, for programs that need many of them and no
server."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User


def somebody() -> User:
    from django.db import transaction

    from accounts.services.registration import create_user

    with transaction.atomic():
        return create_user(
            name="Some One",
            email=f"{secrets.token_hex(8)}@example.com",
            email_verified=True,
            password="",
        )


def chat_of(one: int, other: int) -> int:
    from chat.services.chats import open_chat

    return int(open_chat(user_id=one, peer=str(other))[0].id)


def say(person: int, chat: int, text: str) -> None:
    from chat.doors.inputs import SendMessage
    from chat.services.messages import send_message

    given = SendMessage(client_id=secrets.token_hex(8), text=text)
    send_message(user_id=person, chat=str(chat), given=given)
