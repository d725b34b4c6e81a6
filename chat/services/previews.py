"""Showing what the link of a message leads to."""

from __future__ import annotations

import msgspec
from django.db import transaction

from chat.doors.wire import Preview
from chat.models import Chat, Message
from chat.previews.links import first_link
from chat.previews.making import preview_of
from chat.previews.reach import Reach
from chat.reading.selectors import side_of
from chat.services.changes import entries_of_change
from project.sync.log import append_and_tell_on_commit


def add_preview(chat_id: int, number: int, reach: Reach) -> None:
    """Give a message the preview of its link. Doing it again changes nothing, unless the page
    changed."""
    message = Message.objects.filter(chat_id=chat_id, number=number, deleted_at=None).first()
    url = first_link(message.text) if message else None
    if message is None or url is None:
        return
    preview = preview_of(url, message.sender_id, reach)
    if preview is not None:
        _show(chat_id, number, preview)


@transaction.atomic
def _show(chat_id: int, number: int, preview: Preview) -> None:
    """Fetching took a while: the message may be deleted by now, or say something else."""
    chat = Chat.objects.select_for_update(no_key=True).get(pk=chat_id)
    message = Message.objects.get(chat_id=chat_id, number=number)
    shown = msgspec.to_builtins(preview)
    if message.deleted_at is not None or first_link(message.text) != preview.url:
        return
    if message.preview != shown:
        message.preview = shown
        message.save(update_fields=["preview"])
        side = side_of(chat, message.sender_id)
        append_and_tell_on_commit(entries_of_change((side.mine, side.peers), message))


def drop_other_preview(message: Message) -> None:
    """Take the preview off a message whose text has another link now, or none. The caller holds the
    chat, saves the message and tells of the change."""
    if message.preview is not None and message.preview["url"] != first_link(message.text):
        message.preview = None
