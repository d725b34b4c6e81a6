"""Opening, clearing and arranging chats."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from msgspec import UNSET, UnsetType

from accounts.public import get_user, has_blocked
from chat.doors.inputs import ChatSettings
from chat.doors.limits import OPENING
from chat.doors.wire import Chat as ChatOutput
from chat.models import Chat, Participant, Tag
from chat.reading import selectors
from chat.reading.overview import chat_of
from chat.services import hiding
from feed.public import touch_on_commit
from project.errors import Problem, invalid
from project.sync import hints
from project.sync.log import Entry, append_and_tell_on_commit
from project.wire import parse_moment


def open_chat(*, user_id: int, peer: str) -> tuple[ChatOutput, bool]:
    """The chat with `peer`, and whether it is new. One per pair, also under a race.

    Raises `validation` for oneself, `not_found` for nobody, `forbidden` for a new one with somebody
    I block, `rate_limited` for too many new ones.
    """
    peer_id = get_user(peer).pk
    if peer_id == user_id:
        raise invalid("/user", "A chat needs somebody else.")
    chat, created = _get_or_create(user_id, peer_id)
    _list_for(chat.pk, user_id)
    return chat_of(user_id, chat.pk), created


def _get_or_create(user_id: int, peer_id: int) -> tuple[Chat, bool]:
    low, high = sorted((user_id, peer_id))
    known = Chat.objects.filter(low_id=low, high_id=high).first()
    if known is not None:
        return known, False
    if has_blocked(user_id, peer_id):
        raise Problem("forbidden", "You have blocked this person.")
    OPENING.take(user_id)
    try:
        with transaction.atomic():
            chat = Chat.objects.create(low_id=low, high_id=high)
            Participant.objects.bulk_create(
                Participant(chat=chat, user_id=user_id) for user_id in (low, high)
            )
    except IntegrityError:
        return Chat.objects.get(low_id=low, high_id=high), False
    return chat, True


@transaction.atomic
def _list_for(chat_id: int, user_id: int) -> None:
    """Put the chat into the person's list; the peer learns of it with the first message."""
    side = selectors.get_chat_for(user_id, chat_id, lock=True)
    if not side.mine.opened:
        _change(side.mine, opened=True)
        append_and_tell_on_commit([Entry(user_id, "chat.updated", chat_id)])


@transaction.atomic
def clear_chat(*, user_id: int, chat: str) -> None:
    """Forget the whole chat on my side. It leaves my list until the next message."""
    side = selectors.get_chat_for(user_id, chat, lock=True)
    last = side.chat.last_number
    hiding.forget(side.mine)
    _change(side.mine, cleared=last, opened=False, marked_unread=False, pinned=False)
    Tag.objects.filter(user_id=user_id, chat=side.chat).delete()
    append_and_tell_on_commit([Entry(user_id, "chat.updated", side.chat.pk)])
    hints.changed_on_commit([user_id])  # who watches their presence has no place in the list now
    touch_on_commit([user_id])


@transaction.atomic
def arrange_chat(*, user_id: int, chat: str, given: ChatSettings) -> ChatOutput:
    """Mute, archive, pin, mark as unread: for my devices alone."""
    side = selectors.get_chat_for(user_id, chat, lock=True)
    changes: dict[str, object] = {
        name: value
        for name in ("archived", "pinned", "marked_unread")
        if (value := getattr(given, name)) is not UNSET
    }
    if not isinstance(given.muted_until, UnsetType):
        changes["muted_until"] = _moment(given.muted_until)
    if any(getattr(side.mine, name) != value for name, value in changes.items()):
        _change(side.mine, **changes)
        append_and_tell_on_commit([Entry(user_id, "chat.updated", side.chat.pk)])
        touch_on_commit([user_id])
    return chat_of(user_id, side.chat.pk)


def _moment(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        return parse_moment(text)
    except ValueError:
        raise invalid("/muted_until", "This is no RFC 3339 time with an offset.") from None


def _change(side: Participant, **changes: object) -> None:
    Participant.objects.filter(pk=side.pk).update(changed_at=timezone.now(), **changes)
    for name, value in changes.items():
        setattr(side, name, value)
