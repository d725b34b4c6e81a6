"""Private tags: labels on messages that nobody sees but who put them there."""

from __future__ import annotations

import unicodedata

from django.db import transaction

from chat.doors.wire import Message as MessageOutput
from chat.models import Message, Tag
from chat.reading import selectors
from chat.reading.selectors import Side
from chat.reading.shapes import message_outputs
from chat.services.changes import entries_of_change
from project.errors import invalid
from project.sync.log import append_and_tell_on_commit

LONGEST = 64
MOST = 20
"""Tags of one person on one message."""


def normal_tag(text: str) -> str:
    """NFC, without white space around it. Raises `validation` for nothing, for more than 64
    characters and for control characters."""
    tag = unicodedata.normalize("NFC", text).strip()
    if not 0 < len(tag) <= LONGEST or any(unicodedata.category(char) == "Cc" for char in tag):
        raise invalid("/tag", f"A tag has 1 to {LONGEST} characters.")
    return tag


@transaction.atomic
def tag(*, user_id: int, chat: str, number: int, tag: str) -> MessageOutput:
    """Put my tag on a message. Repeating it changes nothing."""
    label = normal_tag(tag)
    side, message = selectors.get_living_message_for(user_id, chat, number)
    mine = Tag.objects.filter(user_id=user_id, chat=side.chat, number=number)
    if not mine.filter(tag=label).exists():
        if mine.count() >= MOST:
            raise invalid("/tag", f"A message takes {MOST} tags of a person.")
        Tag.objects.create(user_id=user_id, chat=side.chat, number=number, tag=label)
        _note(side, message, tagged=True)
    return message_outputs(side.mine, [message])[0]


@transaction.atomic
def untag(*, user_id: int, chat: str, number: int, tag: str) -> MessageOutput:
    """Take my tag off a message. Where there is none, nothing changes."""
    label = normal_tag(tag)
    side, message = selectors.get_living_message_for(user_id, chat, number)
    mine = Tag.objects.filter(user_id=user_id, chat=side.chat, number=number)
    if mine.filter(tag=label).delete()[0]:
        _note(side, message, tagged=mine.exists())
    return message_outputs(side.mine, [message])[0]


def _note(side: Side, message: Message, *, tagged: bool) -> None:
    """Only my own devices learn of it."""
    others = [user_id for user_id in message.tagged_by if user_id != side.user_id]
    message.tagged_by = [*others, side.user_id] if tagged else others
    message.save(update_fields=["tagged_by"])
    append_and_tell_on_commit(entries_of_change([side.mine], message))
