"""Chat's socket door, but for the hot paths: those are in `chat.sending` and `chat.receipts`."""

from __future__ import annotations

from chat.limits import OPENING
from chat.services import chats, messages
from chat.wire import (
    Chat,
    DeleteCommand,
    EditCommand,
    Message,
    OpenChat,
)
from project.sync.commands import command
from project.wire import Nothing


@command("message.edit", EditCommand, Message)
def edit_message(user_id: int, given: EditCommand) -> Message:
    """Edit my own message"""
    return messages.edit_message(
        user_id=user_id, chat=given.chat, number=given.number, text=given.text
    )


@command("message.delete", DeleteCommand, Nothing)
def delete_message(user_id: int, given: DeleteCommand) -> None:
    """Delete a message for me, or my own for everyone"""
    delete = messages.delete_for_me if given.scope == "me" else messages.delete_for_everyone
    delete(user_id=user_id, chat=given.chat, number=given.number)


@command("chat.open", OpenChat, Chat)
def open_chat(user_id: int, given: OpenChat) -> Chat:
    """Open the chat with a person"""
    OPENING.take(user_id)
    return chats.open_chat(user_id=user_id, peer=given.user)[0]
