"""Rows into outputs: how messages and chats look to one of their two people.

Both take many rows at once and make a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from accounts.public import receipts_off, user_outputs
from chat.models import Message, Participant
from chat.wire import Chat as ChatOutput
from chat.wire import Marks, MyMarks, PeerMarks, Quote
from chat.wire import Message as MessageOutput
from project.wire import moment, moment_or_none


def message_outputs(mine: Participant, messages: Sequence[Message]) -> list[MessageOutput]:
    """Messages of one chat as this side sees them."""
    return outputs_of_many({mine.chat_id: mine}, messages)


def outputs_of_many(
    sides: dict[int, Participant], messages: Sequence[Message]
) -> list[MessageOutput]:
    """Messages of several chats, each chat seen from this person's side of it."""
    quoted = {
        (message.chat_id, message.reply_to)
        for message in messages
        if message.reply_to is not None and message.deleted_at is None
    }
    originals = Message.objects.filter(pk__in=quoted) if quoted else []
    quotes = {(m.chat_id, m.number): _quote(sides[m.chat_id], m) for m in originals}
    return [_output(m, quotes.get((m.chat_id, m.reply_to or 0))) for m in messages]


def _output(message: Message, quote: Quote | None) -> MessageOutput:
    deleted = message.deleted_at is not None
    return MessageOutput(
        chat=str(message.chat_id),
        number=message.number,
        client_id=message.client_id,
        sender=str(message.sender_id),
        type=message.type,
        text=message.text,
        reply_to=None if deleted else quote,
        hashtags=message.hashtags,
        created_at=moment(message.created_at),
        edited_at=None if deleted else moment_or_none(message.edited_at),
        deleted=deleted,
    )


def _quote(mine: Participant, original: Message) -> Quote:
    """Empty when the original is deleted, or when this person can no longer read it."""
    gone = original.number <= mine.cleared or mine.user_id in original.hidden_from
    text = "" if gone else original.text
    return Quote(number=original.number, sender=str(original.sender_id), text=text)


def _visible(user_id: int) -> QuerySet[Message]:
    """For use inside a query over participants: what that side may see."""
    return Message.objects.filter(
        chat_id=OuterRef("chat_id"), number__gt=OuterRef("cleared")
    ).exclude(hidden_from__contains=[user_id])


def with_contents(user_id: int) -> QuerySet[Participant]:
    """This person's sides, each with `unread` (a count), `last` (a number or null) and the peer's
    marks: all in one statement, since a second one would see a later state of the chat."""
    newest = _visible(user_id).order_by("-number").values("number")[:1]
    unread = (
        _visible(user_id)
        .filter(number__gt=OuterRef("read"), deleted_at=None)
        .exclude(sender_id=user_id)
        .order_by()
        .values("chat_id")
        .annotate(count=Count("*"))
        .values("count")
    )
    peers = Participant.objects.filter(chat_id=OuterRef("chat_id")).exclude(user_id=user_id)
    return (
        Participant.objects.filter(user_id=user_id)
        .select_related("chat")
        .annotate(
            peer_delivered=Subquery(peers.values("delivered")),
            peer_read=Subquery(peers.values("read")),
            last=Subquery(newest),
            unread=Coalesce(Subquery(unread), 0),
            updated_at=Greatest(F("chat__active_at"), F("changed_at")),
        )
    )


def chat_outputs(user_id: int, chat_ids: Iterable[int]) -> dict[int, ChatOutput]:
    """Chats as this person sees them, by id; those of others are left out."""
    return outputs_of_sides(user_id, list(with_contents(user_id).filter(chat_id__in=set(chat_ids))))


def outputs_of_sides(user_id: int, sides: Sequence[Participant]) -> dict[int, ChatOutput]:
    """Outputs for rows of `with_contents`."""
    by_chat = {side.chat_id: side for side in sides}
    peers = {side.chat_id: side.chat.peer_of(user_id) for side in sides}
    last = Message.objects.filter(
        pk__in=[(side.chat_id, side.last) for side in sides if side.last]  # type: ignore[attr-defined]
    )
    messages = {int(m.chat): m for m in outputs_of_many(by_chat, list(last))}
    users = user_outputs(user_id, peers.values())
    private = receipts_off({user_id, *peers.values()})
    return {
        chat_id: _chat_output(
            side,
            users[peers[chat_id]],
            messages.get(chat_id),
            _marks_of(side, hidden=not private.isdisjoint({user_id, peers[chat_id]})),
        )
        for chat_id, side in by_chat.items()
    }


def marks_output(mine: Participant, delivered: int, read: int, *, hidden: bool) -> Marks:
    """`delivered` and `read` are the peer's; `hidden` when either keeps read receipts private."""
    return Marks(
        me=MyMarks(delivered=mine.delivered, read=mine.read),
        peer=PeerMarks(delivered=delivered, read=None if hidden else read),
    )


def _marks_of(side: Participant, *, hidden: bool) -> Marks:
    """For a row of `with_contents`."""
    return marks_output(side, side.peer_delivered, side.peer_read, hidden=hidden)  # type: ignore[attr-defined]


def _chat_output(
    side: Participant, peer: object, last: MessageOutput | None, marks: Marks
) -> ChatOutput:
    return ChatOutput(
        id=str(side.chat_id),
        peer=peer,  # type: ignore[arg-type]
        last_number=side.chat.last_number,
        last_message=last,
        unread_count=side.unread,  # type: ignore[attr-defined]
        marks=marks,
        cleared_number=side.cleared,
        muted_until=moment_or_none(side.muted_until),
        archived=side.archived,
        pinned=side.pinned,
        marked_unread=side.marked_unread,
        created_at=moment(side.chat.created_at),
        updated_at=moment(side.updated_at),  # type: ignore[attr-defined]
    )
