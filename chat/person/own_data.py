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
    mine = Tag.objects.filter(user_id=user_id)
    return sum(mine.filter(chat_id__in=ids).delete()[0] for ids in _chats_by_stretch(user_id))


def erase_revisions(user_id: int) -> int:
    """Forget what the messages of somebody who left said before they were edited; how many. Whose
    message it was is asked of each revision, since a person may have sent millions."""
    count = 0
    for ids in _chats_by_stretch(user_id):
        with connection.cursor() as cursor:
            cursor.execute(
                "delete from chat_revision r where r.chat_id = any(%s) and (select m.sender_id"
                " from chat_message m where m.chat_id = r.chat_id and m.number = r.number) = %s",
                [ids, user_id],
            )
            count += int(cursor.rowcount)
    return count


def _chats_by_stretch(user_id: int) -> Iterator[list[int]]:
    """All their chats, some hundred ids at a time."""
    mine = Participant.objects.filter(user_id=user_id).order_by("chat_id")
    last = 0
    while ids := list(mine.filter(chat_id__gt=last).values_list("chat_id", flat=True)[:PAGE]):
        yield ids
        last = ids[-1]
