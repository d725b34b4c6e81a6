"""What the embedding application may use of chat: hooks of actions, and saying something itself.

`docs/embedding.md` shows how. Everything here is synchronous and may be called wherever Django is
set up: in a hook, a view, a task, a command. Ids are those of the wire. Each call raises
`project.errors.Problem` with the codes of its REST twin, and obeys the same rules but for rates.
"""

from __future__ import annotations

from typing import Any

from chat.doors.hooks import Triggered, action_hook
from chat.doors.inputs import Action, Reference, SendMessage
from chat.doors.wire import Chat, Message
from chat.services import chats, messages
from project import wire
from project.ids import parse_id

__all__ = [
    "Action",
    "Chat",
    "Message",
    "Reference",
    "Triggered",
    "action_hook",
    "delete_message",
    "edit_message",
    "open_chat",
    "send_message",
]


def open_chat(*, person: str, peer: str) -> Chat:
    """The chat of these two, as `person` sees it; a new one if there was none."""
    return chats.open_chat(user_id=parse_id(person), peer=peer)[0]


def send_message(*, person: str, chat: str, client_id: str, **content: Any) -> Message:
    """Send a message as `person`, who must take part in the chat.

    `client_id` is unique per person for ever: the same call again finds the first message. A hook
    that makes it of `Triggered.id` therefore sends once, however often it runs. `content` is that
    of the REST call: `text`, `reply_to`, `file`, `reference`, `action`, `no_forward`.
    """
    given = wire.convert(SendMessage, {"client_id": client_id, **content})
    return messages.send_message(user_id=parse_id(person), chat=chat, given=given)[0]


def edit_message(*, person: str, chat: str, number: int, text: str) -> Message:
    """Change the text of a message that `person` sent."""
    user_id = parse_id(person)
    return messages.edit_message(user_id=user_id, chat=chat, number=number, text=text)


def delete_message(*, person: str, chat: str, number: int) -> None:
    """Delete a message that `person` sent, for both."""
    messages.delete_for_everyone(user_id=parse_id(person), chat=chat, number=number)
