"""Private tags: labels on messages that nobody sees but who put them there."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from django.db import transaction

from chat.doors.wire import Message as MessageOutput
from chat.doors.wire import TagCount
from chat.models import Chat, Message, Tag
from chat.reading import selectors
from chat.reading.selectors import Side
from chat.reading.shapes import message_outputs
from chat.reading.tags import same, tag_counts, tagged
from chat.services.changes import entries_of_change
from project.errors import Problem, invalid
from project.sync.log import Entry, append_and_tell_on_commit
from project.visible import can_be_seen

LONGEST = 64
MOST = 20
"""Tags of one person on one message."""


def normal_tag(text: str) -> str:
    """NFC, without white space around it. Raises `validation` for what shows nothing, for more than
    64 characters and for control characters."""
    tag = unicodedata.normalize("NFC", text).strip()
    if len(tag) > LONGEST or any(unicodedata.category(char) == "Cc" for char in tag):
        raise invalid("/tag", f"A tag has 1 to {LONGEST} characters.")
    if not can_be_seen(tag):
        raise invalid("/tag", "A tag needs something that can be seen.")
    return tag


@transaction.atomic
def tag(*, user_id: int, chat: str, number: int, tag: str) -> MessageOutput:
    """Put my tag on a message. Repeating it, in upper or lower case, changes nothing."""
    label = normal_tag(tag)
    side, message = selectors.get_living_message_for(user_id, chat, number)
    mine = list(Tag.objects.filter(user_id=user_id, chat=side.chat, number=number))
    if not any(same(each.tag, label) for each in mine):
        if len(mine) >= MOST:
            raise invalid("/tag", f"A message takes {MOST} tags of a person.")
        Tag.objects.create(user_id=user_id, chat=side.chat, number=number, tag=label)
        _note(side, message, tagged=True)
    return message_outputs(side.mine, [message])[0]


@transaction.atomic
def untag(*, user_id: int, chat: str, number: int, tag: str) -> MessageOutput:
    """Take my tag off a message. Where there is none, nothing changes."""
    label = normal_tag(tag)
    side, message = selectors.get_living_message_for(user_id, chat, number)
    mine = list(Tag.objects.filter(user_id=user_id, chat=side.chat, number=number))
    if gone := [each for each in mine if same(each.tag, label)]:
        _remove(gone)
        _note(side, message, tagged=len(gone) < len(mine))
    return message_outputs(side.mine, [message])[0]


@transaction.atomic
def rename(*, user_id: int, tag: str, to: str) -> TagCount:
    """Give one of my tags another name, on all messages; where that name is there already the two
    become one. Raises `not_found` for a tag that I have not, hashtags among them.

    My devices are told of each message. The chats are locked, so nobody tags there meanwhile.
    """
    label = normal_tag(to)
    chats = {each.chat_id for each in tagged(user_id) if same(each.tag, tag)}
    list(Chat.objects.select_for_update(no_key=True).filter(pk__in=chats).order_by("pk"))
    mine = [each for each in tagged(user_id) if each.chat_id in chats]
    renamed = [each for each in mine if same(each.tag, tag)]
    if not renamed:
        raise Problem("not_found")
    there = {(t.chat_id, t.number): t for t in mine if same(t.tag, label) and t not in renamed}
    _remove([*renamed, *(there[key] for t in renamed if (key := _key(t)) in there)])
    keys = dict.fromkeys(map(_key, renamed))
    new = [Tag(user_id=user_id, chat_id=chat, number=number, tag=label) for chat, number in keys]
    Tag.objects.bulk_create(new)
    append_and_tell_on_commit([Entry(user_id, "message.updated", *key) for key in keys])
    return next(each for each in tag_counts(user_id) if same(each.tag, label))


def _key(tag: Tag) -> tuple[int, int]:
    return tag.chat_id, tag.number


def _remove(tags: Iterable[Tag]) -> None:
    for each in tags:
        Tag.objects.filter(pk=each.pk).delete()


def _note(side: Side, message: Message, *, tagged: bool) -> None:
    """Only my own devices learn of it."""
    others = [user_id for user_id in message.tagged_by if user_id != side.user_id]
    message.tagged_by = [*others, side.user_id] if tagged else others
    message.save(update_fields=["tagged_by"])
    append_and_tell_on_commit(entries_of_change([side.mine], message))
