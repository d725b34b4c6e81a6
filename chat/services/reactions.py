"""Reactions: one emoji each, shared by both people of the chat."""

from __future__ import annotations

import re

import emoji as emojis
from django.db import transaction

from chat.doors.wire import Message as MessageOutput
from chat.models import Message
from chat.reading import selectors
from chat.reading.selectors import Side
from chat.reading.shapes import message_outputs
from chat.services.blocking import is_unheard
from chat.services.changes import entries_of_change
from project.errors import invalid
from project.sync.log import append_and_tell_on_commit

MOST = 20
"""Emoji of one person on one message."""

SELECTORS = re.compile("(?<=[^\ufe0e\ufe0f])[\ufe0e\ufe0f](?![\ufe0e\ufe0f])")
"""What makes the character before it colourful or plain; keyboards set them as they like."""
QUALIFIED = {
    SELECTORS.sub("", emoji): emoji
    for emoji, about in emojis.EMOJI_DATA.items()
    if about["status"] == emojis.STATUS["fully_qualified"]
}


def normal_emoji(text: str) -> str:
    """The one emoji that this is, as Unicode recommends to write it, whatever selectors it came
    with. Raises `validation` for anything else."""
    emoji = QUALIFIED.get(SELECTORS.sub("", text))
    if emoji is None:
        raise invalid("/emoji", "This is not an emoji.")
    return emoji


@transaction.atomic
def react(*, user_id: int, chat: str, number: int, emoji: str) -> MessageOutput:
    """Put my reaction on a message. Repeating it changes nothing.

    Raises `validation` for what is not one emoji. While the peer has blocked me nobody but me sees
    it, then or later.
    """
    emoji = normal_emoji(emoji)
    side, message = selectors.get_living_message_for(user_id, chat, number)
    mine = [given for given, user, _ in message.reactions if user == user_id]
    if emoji not in mine:
        if len(mine) >= MOST:
            raise invalid("/emoji", f"A message takes {MOST} different ones of a person.")
        quiet = is_unheard(side)
        message.reactions.append([emoji, user_id, int(quiet)])
        _save(side, message, quiet)
    return message_outputs(side.mine, [message])[0]


@transaction.atomic
def unreact(*, user_id: int, chat: str, number: int, emoji: str) -> MessageOutput:
    """Take my reaction back. Where there is none, nothing changes."""
    emoji = normal_emoji(emoji)
    side, message = selectors.get_living_message_for(user_id, chat, number)
    gone = [each for each in message.reactions if each[:2] == [emoji, user_id]]
    if gone:
        message.reactions = [each for each in message.reactions if each not in gone]
        _save(side, message, bool(gone[0][2]))
    return message_outputs(side.mine, [message])[0]


def _save(side: Side, message: Message, quiet: bool) -> None:
    message.save(update_fields=["reactions"])
    learn = [side.mine] if quiet else [side.mine, side.peers]
    append_and_tell_on_commit(entries_of_change(learn, message))
