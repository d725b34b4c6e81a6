"""Chat's socket door; `message.send` has its own path in `chat.sending`."""

from __future__ import annotations

from chat.limits import OPENING
from chat.services import chats, marks, messages
from chat.wire import (
    Chat,
    DeleteCommand,
    EditCommand,
    MarkAnswer,
    MarkCommand,
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


@command("chat.read", MarkCommand, MarkAnswer)
def mark_read(user_id: int, given: MarkCommand) -> MarkAnswer:
    """Move my read mark forward"""
    return marks.mark_read(user_id=user_id, chat=given.chat, number=given.number)


@command("chat.delivered", MarkCommand, MarkAnswer)
def mark_delivered(user_id: int, given: MarkCommand) -> MarkAnswer:
    """Move my delivered mark forward"""
    return marks.mark_delivered(user_id=user_id, chat=given.chat, number=given.number)
