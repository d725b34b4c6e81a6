"""What chat holds of one person: for the copy they ask for, and for their leaving."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from chat.doors.wire import Chat
from chat.doors.wire import Message as MessageOutput
from chat.doors.wire import Tag as TagOutput
from chat.models import Participant, Tag
from chat.reading import selectors
from chat.reading.overview import chats_of
from chat.reading.shapes import message_outputs

PAGE = 500


def chats(user_id: int) -> Iterator[Chat]:
    """Their chats, as they see them."""
    ids = Participant.objects.filter(user_id=user_id).order_by("chat_id")
    pairs = [(user_id, chat_id) for chat_id in ids.values_list("chat_id", flat=True)]
    for start in range(0, len(pairs), PAGE):
        yield from chats_of(pairs[start : start + PAGE]).values()


def messages(user_id: int) -> Iterator[MessageOutput]:
    """What they sent and have not taken out of their history, chat by chat and in order; others'
    words are not theirs to take along."""
    for side in Participant.objects.filter(user_id=user_id).order_by("chat_id"):
        sent = selectors.visible_to(side).filter(sender_id=user_id)
        last = 0
        while page := list(sent.filter(number__gt=last).order_by("number")[:PAGE]):
            yield from message_outputs(side, page)
            last = page[-1].number


def tags(user_id: int) -> Iterator[TagOutput]:
    """Their private tags, also those on others' messages."""
    found = Tag.objects.filter(user_id=user_id).order_by("chat_id", "number", "tagged_at", "tag")
    for tag in found.iterator(PAGE):
        yield TagOutput(chat=str(tag.chat_id), number=tag.number, tag=tag.tag)


def erase_tags(user_id: int) -> int:
    """Forget the private tags of somebody who left; how many."""
    return Tag.objects.filter(user_id=user_id).delete()[0]


def erase_revisions(user_id: int) -> int:
    """Forget what the messages of somebody who left said before they were edited; how many. Looked
    for from their chats, where few messages are edited, not from all that they ever sent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from chat_revision r using chat_participant p, chat_message m"
            " where p.user_id = %s and r.chat_id = p.chat_id"
            " and m.chat_id = r.chat_id and m.number = r.number and m.sender_id = p.user_id",
            [user_id],
        )
        return int(cursor.rowcount)
