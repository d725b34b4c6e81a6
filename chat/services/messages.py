"""Sending through REST, editing and deleting messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.public import has_blocked
from chat import selectors, store
from chat.models import Message, Participant, Revision
from chat.outgoing import Outgoing, check_text, hashtags_of, prepare
from chat.selectors import Side
from chat.shapes import message_outputs
from chat.store import Stored
from chat.wire import Message as MessageOutput
from chat.wire import SendMessage, TypingSignal
from project.errors import Problem
from project.sync import hints, log
from project.sync.log import Entry, append_and_tell_on_commit, lock_users

TOO_LATE = "It is too late for this."


def send_messages(batch: Sequence[Outgoing]) -> list[Stored]:
    """Store messages in one transaction and tell devices on commit, as the writers do.

    Each command has its own outcome; a refused one (see `refusal`) spoils no other.
    """
    with transaction.atomic():
        rows = store.call(store.SEND, store.messages_as_arrays(batch))
        results = [Stored(*row) for row in rows]
        people = {stored.peer for stored in results if stored.peer}
        people |= {outgoing.sender_id for outgoing in batch}
        transaction.on_commit(lambda: hints.tell(list(log.heads_of(people).items())))
    return results


def send_message(*, user_id: int, chat: str, given: SendMessage) -> tuple[MessageOutput, bool]:
    """The message, and whether it is new: a repeat of a `client_id` finds the first one."""
    (stored,) = send_messages([prepare(user_id, chat, given)])
    if refusal := stored.refusal():
        raise refusal
    side = selectors.get_chat_for(user_id, chat)
    if stored.peer_pts is not None:
        # Which process shows the typing is not known here; the message ends it in any case.
        over = TypingSignal(chat=chat, user=str(user_id), on=False)
        hints.signal_on_commit([stored.peer], "typing", over)
    message = selectors.sent_message(user_id, side.chat.pk, stored.number)
    return message, stored.outcome == "sent"


@transaction.atomic
def edit_message(*, user_id: int, chat: str, number: int, text: str) -> MessageOutput:
    """Change the text of my own message, within the window; what it said is kept aside."""
    check_text(text)
    side, message = selectors.get_message_for(user_id, chat, number, lock=True)
    _must_be_mine(message, user_id, settings.EDIT_WINDOW)
    if message.text != text:
        _must_reach(side)
        Revision.objects.create(
            chat_id=message.chat_id,
            number=message.number,
            text=message.text,
            written_at=message.edited_at or message.created_at,
        )
        message.text, message.hashtags, message.edited_at = text, hashtags_of(text), timezone.now()
        message.save(update_fields=["text", "hashtags", "edited_at"])
        both = (side.mine, side.peers)
        append_and_tell_on_commit(
            _entries_of_change(both, message) + _entries_of_quotes(both, message)
        )
    return message_outputs(side.mine, [message])[0]


@transaction.atomic
def delete_for_me(*, user_id: int, chat: str, number: int) -> None:
    """Take a message out of my own history, for good. Repeating it changes nothing."""
    side = selectors.get_chat_for(user_id, chat, lock=True)
    message = Message.objects.filter(chat_id=side.chat.pk, number=number).first()
    if message is None:
        raise Problem("not_found")
    if not _sees(side.mine, message):
        return
    message.hidden_from.append(user_id)
    message.save(update_fields=["hidden_from"])
    append_and_tell_on_commit(
        _entries_of_quotes([side.mine], message) + _entries_of_deletion(side.mine, message)
    )


@transaction.atomic
def delete_for_everyone(*, user_id: int, chat: str, number: int) -> None:
    """Erase my own message for both, within the window. Its number stays, as a tombstone."""
    side, message = selectors.get_message_for(user_id, chat, number, lock=True)
    if message.deleted_at is not None and message.sender_id == user_id:
        return
    _must_be_mine(message, user_id, settings.DELETE_WINDOW)
    Revision.objects.filter(chat_id=message.chat_id, number=number).delete()
    message.text, message.hashtags, message.deleted_at = "", [], timezone.now()
    message.save(update_fields=["text", "hashtags", "deleted_at"])
    both = (side.mine, side.peers)
    entries = _entries_of_quotes(both, message)
    for each in both:
        if _sees(each, message):
            entries += _entries_of_deletion(each, message)
    append_and_tell_on_commit(entries)


def _must_be_mine(message: Message, user_id: int, window: int) -> None:
    if message.sender_id != user_id:
        raise Problem("forbidden", "Only its sender may do this.")
    if message.deleted_at is not None:
        raise Problem("forbidden", "The message is deleted.")
    if timezone.now() - message.created_at > dt.timedelta(seconds=window):
        raise Problem("forbidden", TOO_LATE)


def _must_reach(side: Side) -> None:
    """New words must not get past a block. To the one who is blocked it looks like the window.

    The heads are locked first, as they are by whoever blocks: it is before the edit or after it.
    """
    lock_users([side.user_id, side.peer_id])
    if has_blocked(side.user_id, side.peer_id):
        raise Problem("forbidden", "You have blocked this person.")
    if has_blocked(side.peer_id, side.user_id):
        raise Problem("forbidden", TOO_LATE)


def _sees(side: Participant, message: Message) -> bool:
    return side.user_id not in message.hidden_from and message.number > side.cleared


def _entries_of_deletion(side: Participant, message: Message) -> list[Entry]:
    """The deletion, and the chat: its unread count, its last message or, for a device that was away
    and never saw the message, its marks may be others now."""
    return [
        Entry(side.user_id, "message.deleted", message.chat_id, message.number),
        Entry(side.user_id, "chat.updated", message.chat_id),
    ]


def _entries_of_change(sides: Iterable[Participant], message: Message) -> list[Entry]:
    return [
        Entry(side.user_id, "message.updated", message.chat_id, message.number)
        for side in sides
        if _sees(side, message)
    ]


def _entries_of_quotes(sides: Iterable[Participant], message: Message) -> list[Entry]:
    """Messages that quote this one look different from now on."""
    quoting = Message.objects.filter(
        chat_id=message.chat_id, number__gt=message.number, reply_to=message.number, deleted_at=None
    )
    return [
        entry for each in quoting.order_by("number") for entry in _entries_of_change(sides, each)
    ]
