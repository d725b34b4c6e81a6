"""Sending through REST, editing and deleting messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chat import previews
from chat.doors.inputs import SendMessage
from chat.doors.wire import Message as MessageOutput
from chat.doors.wire import TypingSignal
from chat.models import ActionRun, Message, Revision, Tag
from chat.reading import selectors
from chat.reading.shapes import message_outputs
from chat.sending import statements
from chat.sending.outgoing import Outgoing, check_text, formerly, prepare
from chat.sending.statements import Stored
from chat.services import hiding
from chat.services.blocking import is_unheard
from chat.services.changes import entries_of_change, entries_of_deletion, sees
from chat.services.previews import drop_other_preview
from feed.public import touch_on_commit
from project.errors import Problem
from project.files.services.releasing import release
from project.sync import hints, log
from project.sync.log import Entry, append_and_tell_on_commit
from search.public import hashtags_of

TOO_LATE = "It is too late for this."
ERASED = (
    "deleted_at", "text", "hashtags", "reactions", "tagged_by", "file_id", "reference", "action",
    "preview", "forward_sender", "forward_at", "forward_hops",
)  # fmt: skip


def send_messages(batch: Sequence[Outgoing]) -> list[Stored]:
    """Store messages in one transaction and tell devices on commit, as the writers do.

    Each command has its own outcome; a refused one (see `refusal`) spoils no other.
    """
    with transaction.atomic():
        rows = statements.call(statements.SEND, statements.messages_as_arrays(batch))
        results = [Stored(*row) for row in rows]
        for i, stored in enumerate(results):
            if stored.outcome == "reused" and batch[i].former:
                (results[i],) = send_messages([formerly(batch[i])])
        people = {stored.peer for stored in results if stored.peer}
        people |= {outgoing.sender_id for outgoing in batch}
        transaction.on_commit(lambda: hints.tell(list(log.heads_of(people).items())))
        touch_on_commit(people)
        for outgoing, stored in zip(batch, results, strict=True):
            if stored.outcome == "sent" and previews.wanted(outgoing.text):
                previews.fetch_on_commit(outgoing.chat_id, stored.number)
    return results


def send_message(*, user_id: int, chat: str, given: SendMessage) -> tuple[MessageOutput, bool]:
    """The message, and whether it is new: a repeat of a `client_id` finds the first one."""
    outgoing = prepare(user_id, chat, given)
    (stored,) = send_messages([outgoing])
    if refusal := stored.refusal():
        raise refusal
    return show_sent(user_id, outgoing.chat_id, stored), stored.outcome == "sent"


def show_sent(user_id: int, chat_id: int, stored: Stored) -> MessageOutput:
    """A message that was stored, now or before, as its sender sees it. The peer is told that the
    typing is over: which process shows it is not known here."""
    if stored.peer_pts is not None:
        over = TypingSignal(chat=str(chat_id), user=str(user_id), on=False)
        hints.signal_on_commit([stored.peer], "typing", over)
    return selectors.sent_message(user_id, chat_id, stored.number)


@transaction.atomic
def edit_message(*, user_id: int, chat: str, number: int, text: str) -> MessageOutput:
    """Change the text of my own message, within the window; what it said is kept aside. Words that
    were forwarded are another's and stay."""
    side, message = selectors.get_message_for(user_id, chat, number, lock=True)
    carries = message.file_id is not None or message.action is not None
    check_text(text, may_be_empty=carries)
    _must_be_mine(message, user_id, settings.EDIT_WINDOW)
    if message.forward_at is not None:
        raise Problem("forbidden", "A forwarded message stays as it is.")
    if message.text != text:
        if is_unheard(side):  # new words must not get past a block; it looks like the window
            raise Problem("forbidden", TOO_LATE)
        Revision.objects.create(
            chat_id=message.chat_id,
            number=message.number,
            text=message.text,
            written_at=message.edited_at or message.created_at,
        )
        message.text, message.hashtags, message.edited_at = text, hashtags_of(text), timezone.now()
        drop_other_preview(message)
        message.save(update_fields=["text", "hashtags", "edited_at", "preview"])
        if message.preview is None and previews.wanted(text):
            previews.fetch_on_commit(message.chat_id, number)
        both = (side.mine, side.peers)
        append_and_tell_on_commit(entries_of_change(both, message))
    return message_outputs(side.mine, [message])[0]


@transaction.atomic
def delete_for_me(*, user_id: int, chat: str, number: int) -> None:
    """Take a message out of my own history, for good. Repeating it changes nothing."""
    side = selectors.get_chat_for(user_id, chat, lock=True)
    message = Message.objects.filter(chat_id=side.chat.pk, number=number).first()
    if message is None:
        raise Problem("not_found")
    if not sees(side.mine, message):
        return
    message.hidden_from.append(user_id)
    message.save(update_fields=["hidden_from"])
    hiding.hide(side.chat, side.mine, message)
    Tag.objects.filter(user_id=user_id, chat=side.chat, number=number).delete()
    append_and_tell_on_commit(entries_of_deletion(side.mine, message))
    touch_on_commit([user_id])


@transaction.atomic
def delete_for_everyone(*, user_id: int, chat: str, number: int) -> None:
    """Erase my own message for both, within the window, also one that I no longer see. Its number
    stays, as a tombstone."""
    side = selectors.get_chat_for(user_id, chat, lock=True)
    message = Message.objects.filter(chat_id=side.chat.pk, number=number).first()
    if message is None or not (message.sender_id == user_id or sees(side.mine, message)):
        raise Problem("not_found")
    if message.deleted_at is not None and message.sender_id == user_id:
        return
    _must_be_mine(message, user_id, settings.DELETE_WINDOW)
    file_id = message.file_id
    _erase(message)
    entries: list[Entry] = []
    for each in (side.mine, side.peers):
        if sees(each, message):
            hiding.bury(each, message)
            entries += entries_of_deletion(each, message)
    append_and_tell_on_commit(entries)
    touch_on_commit([side.user_id, side.peer_id])
    if file_id is not None:
        release(file_id, "deleted")


def _erase(message: Message) -> None:
    """Leave nothing of it but that there was a message."""
    Revision.objects.filter(chat_id=message.chat_id, number=message.number).delete()
    Tag.objects.filter(chat_id=message.chat_id, number=message.number).delete()
    ActionRun.objects.filter(chat_id=message.chat_id, number=message.number).delete()
    message.deleted_at = timezone.now()
    message.text, message.hashtags, message.reactions, message.tagged_by = "", [], [], []
    message.file_id = message.reference = message.action = message.preview = None
    message.forward_sender = message.forward_at = None
    message.forward_hops = 0
    message.save(update_fields=ERASED)


def _must_be_mine(message: Message, user_id: int, window: int) -> None:
    if message.sender_id != user_id:
        raise Problem("forbidden", "Only its sender may do this.")
    if message.deleted_at is not None:
        raise Problem("forbidden", "The message is deleted.")
    if timezone.now() - message.created_at > dt.timedelta(seconds=window):
        raise Problem("forbidden", TOO_LATE)
