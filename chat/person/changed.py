"""What changes in chats when a person changes: their peers see another name, or other receipts.

How many chats that are is unknown, so those concerned are told by a fan-out. Whom the person blocks
goes on seeing what they saw, and is told nothing.
"""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.public import announcements, blocked_by, has_blocked
from chat.models import Chat, Participant
from project.sync import fanout
from project.sync.log import Entry

PEERS, BOTH = "chat.peers", "chat.both"


def _peers_of(user_id: int) -> QuerySet[Participant]:
    """The other side of each of this person's chats, by the chat's id."""
    sides = Participant.objects.filter(chat__participants__user_id=user_id)
    return sides.exclude(user_id__in={user_id, *blocked_by(user_id)}).order_by("chat_id")


@fanout.listing(PEERS)
def peers_learn(subject: int, after: int, limit: int) -> list[tuple[int, Entry]]:
    """The chats of everyone whose list shows this person. The place is the chat's id."""
    found = _peers_of(subject).filter(opened=True, chat_id__gt=after)[:limit]
    return [(side.chat_id, Entry(side.user_id, "chat.updated", side.chat_id)) for side in found]


@fanout.listing(BOTH)
def both_learn(subject: int, after: int, limit: int) -> list[tuple[int, Entry]]:
    """The same chats on both sides: receipts are shown by both or by none. The place is twice the
    chat's id, and one more for the peer."""
    found = _peers_of(subject).filter(chat_id__gte=after // 2)[: limit // 2 + 1]
    places = [
        (2 * side.chat_id + theirs, Entry(person, "chat.updated", side.chat_id))
        for side in found
        for theirs, person in enumerate((subject, side.user_id))
    ]
    return [(place, entry) for place, entry in places if place > after][:limit]


def lock_chat_of(one_id: int, other_id: int) -> None:
    """Before a block is made or lifted: chats are locked before heads."""
    list(_chat_of(one_id, other_id).select_for_update(no_key=True))


def freeze_marks(blocker_id: int, blocked_id: int) -> list[Entry]:
    """Whom one blocks goes on seeing one's marks as they were; once the block is lifted, as they
    are."""
    chat = _chat_of(blocker_id, blocked_id).first()
    if chat is None:
        return []
    mine = Participant.objects.get(chat_id=chat.pk, user_id=blocker_id)
    blocks = has_blocked(blocker_id, blocked_id)
    mine.shown_delivered = mine.delivered if blocks else None
    mine.shown_read = mine.read if blocks else None
    mine.save(update_fields=["shown_delivered", "shown_read"])
    return [] if blocks else [Entry(blocked_id, "chat.updated", chat.pk)]


def _chat_of(one_id: int, other_id: int) -> QuerySet[Chat]:
    low, high = sorted((one_id, other_id))
    return Chat.objects.filter(low_id=low, high_id=high)


def listen() -> None:
    """Register with accounts; once, when the apps are ready."""
    announcements.profile_changed.append(lambda person: fanout.start_on_commit(PEERS, person))
    announcements.person_left.append(lambda person: fanout.start_on_commit(PEERS, person))
    announcements.privacy_changed.append(lambda person: fanout.start_on_commit(BOTH, person))
    announcements.block_coming.append(lock_chat_of)
    announcements.block_changed.append(freeze_marks)
