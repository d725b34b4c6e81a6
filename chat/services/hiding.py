"""What one side of a chat no longer sees, kept so that nothing has to be counted to show it."""

from __future__ import annotations

from chat.models import Chat, Hole, Message, Participant


def hide(chat: Chat, side: Participant, message: Message) -> None:
    """Take a message that this side sees out of it: from the history, the unread count and, if it
    was the last one, from the end. The chat is locked."""
    first, last = _dig(side, message.number)
    unread = message.number > max(side.read, side.cleared) and message.deleted_at is None
    side.gone += unread
    if last == chat.last_number:
        side.hidden_tail = last - first + 1
    _keep(side)


def bury(side: Participant, message: Message) -> None:
    """Note that a message this side sees has just become a tombstone. The chat is locked."""
    if message.number > max(side.read, side.cleared):
        side.gone += 1
        _keep(side)


def forget(side: Participant) -> None:
    """Nothing of the chat up to now is seen by this side; the caller sets `cleared`."""
    Hole.objects.filter(user_id=side.user_id, chat_id=side.chat_id).delete()
    side.gone = side.hidden_tail = 0
    _keep(side)


def _dig(side: Participant, number: int) -> tuple[int, int]:
    """One more hidden message; the run that it now belongs to."""
    holes = Hole.objects.filter(user_id=side.user_id, chat_id=side.chat_id)
    below = holes.filter(last=number - 1).first()
    above = holes.filter(first=number + 1).first()
    first = below.first if below else number
    last = above.last if above else number
    if above:
        holes.filter(first=above.first).delete()
    if below:
        holes.filter(first=first).update(last=last)
    else:
        Hole.objects.create(user_id=side.user_id, chat_id=side.chat_id, first=first, last=last)
    return first, last


def _keep(side: Participant) -> None:
    Participant.objects.filter(pk=side.pk).update(gone=side.gone, hidden_tail=side.hidden_tail)
