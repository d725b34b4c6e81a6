"""Chat's socket door, but for the hot paths: those are in `chat.sending`."""

from __future__ import annotations

from chat.doors.inputs import (
    DeleteCommand,
    EditCommand,
    ForwardCommand,
    OpenChat,
    ReactCommand,
)
from chat.doors.limits import DELETING, EDITING, MARKING, SENDING
from chat.doors.wire import Chat, ForwardResults, Message
from chat.services import chats, forwarding, messages, reactions
from project.problems import request_id_for
from project.sync.commands import command
from project.wire import Nothing


@command("message.edit", EditCommand, Message, rate=EDITING)
def edit_message(user_id: int, given: EditCommand) -> Message:
    """Edit my own message"""
    return messages.edit_message(
        user_id=user_id, chat=given.chat, number=given.number, text=given.text
    )


@command("message.delete", DeleteCommand, Nothing, rate=DELETING)
def delete_message(user_id: int, given: DeleteCommand) -> None:
    """Delete a message for me, or my own for everyone"""
    delete = messages.delete_for_me if given.scope == "me" else messages.delete_for_everyone
    delete(user_id=user_id, chat=given.chat, number=given.number)


@command("message.forward", ForwardCommand, ForwardResults)
def forward_message(user_id: int, given: ForwardCommand) -> ForwardResults:
    """Forward a message to up to five chats"""
    for _ in given.targets:
        SENDING.take(user_id)
    return forwarding.forward_message(
        user_id=user_id,
        chat=given.chat,
        number=given.number,
        targets=given.targets,
        request_id=request_id_for(""),
    )


@command("message.react", ReactCommand, Message, rate=MARKING)
def react(user_id: int, given: ReactCommand) -> Message:
    """Put my reaction, one emoji, on a message"""
    return reactions.react(user_id=user_id, chat=given.chat, number=given.number, emoji=given.emoji)


@command("message.unreact", ReactCommand, Message, rate=MARKING)
def unreact(user_id: int, given: ReactCommand) -> Message:
    """Take my reaction back"""
    return reactions.unreact(
        user_id=user_id, chat=given.chat, number=given.number, emoji=given.emoji
    )


@command("chat.open", OpenChat, Chat)
def open_chat(user_id: int, given: OpenChat) -> Chat:
    """Open the chat with a person"""
    return chats.open_chat(user_id=user_id, peer=given.user)[0]
