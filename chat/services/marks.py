"""Receipts: two marks per person and chat that only move forward."""

from __future__ import annotations

from django.db import transaction

from accounts.public import has_blocked, receipts_off
from chat import selectors
from chat.models import Participant
from chat.selectors import Side
from chat.shapes import marks_output
from chat.wire import MarkAnswer
from project.errors import invalid
from project.sync.log import Entry, append_and_tell_on_commit


def mark_read(*, user_id: int, chat: str, number: int) -> MarkAnswer:
    """I have read up to `number` (and so received it). Also ends "marked as unread"."""
    return _mark(user_id, chat, number, read=True)


def mark_delivered(*, user_id: int, chat: str, number: int) -> MarkAnswer:
    """A device of mine has received up to `number`."""
    return _mark(user_id, chat, number, read=False)


@transaction.atomic
def _mark(user_id: int, chat: str, number: int, *, read: bool) -> MarkAnswer:
    side = selectors.get_chat_for(user_id, chat, lock=True)
    if number > side.chat.last_number:
        raise invalid("/number", f"The chat's last number is {side.chat.last_number}.")
    mine = side.mine
    was = (mine.delivered, mine.read, mine.marked_unread)
    _move(mine, min(number, selectors.last_visible_number(mine)), read=read)
    private = receipts_off({user_id, side.peer_id})
    if (mine.delivered, mine.read, mine.marked_unread) != was:
        Participant.objects.filter(pk=mine.pk).update(
            delivered=mine.delivered, read=mine.read, marked_unread=mine.marked_unread
        )
        peer_learns = mine.delivered != was[0] or (mine.read != was[1] and not private)
        append_and_tell_on_commit(_entries(side, peer_learns=peer_learns))
    return MarkAnswer(
        unread_count=selectors.unread_of(mine),
        marks=marks_output(mine, side.peers.delivered, side.peers.read, hidden=bool(private)),
    )


def _move(mine: Participant, number: int, *, read: bool) -> None:
    """A mark never reaches past what its owner may see: what was sent by someone blocked must not
    show as delivered."""
    mine.delivered = max(mine.delivered, number)
    if read:
        mine.read = max(mine.read, number)
        mine.marked_unread = False


def _entries(side: Side, *, peer_learns: bool) -> list[Entry]:
    entries = [Entry(side.user_id, "chat.updated", side.chat.pk)]
    if peer_learns and not has_blocked(side.user_id, side.peer_id):
        entries.append(Entry(side.peer_id, "chat.updated", side.chat.pk))
    return entries
