"""What changes in chats when a person changes: their peers see another name, or other receipts."""

from __future__ import annotations

from accounts.public import announcements
from chat.models import Participant
from project.sync.log import Entry


def peers_learn(user_id: int) -> list[Entry]:
    """The chats of everyone whose list shows this person."""
    theirs = Participant.objects.filter(chat__participants__user_id=user_id).exclude(
        user_id=user_id
    )
    listed = theirs.filter(chat__last_number__gt=0) | theirs.filter(opened=True)
    pairs = listed.values_list("user_id", "chat_id").distinct()
    return [Entry(peer, "chat.updated", chat_id) for peer, chat_id in pairs]


def both_learn(user_id: int) -> list[Entry]:
    """The same chats on both sides: receipts are shown by both or by none."""
    chats = peers_learn(user_id)
    return chats + [entry._replace(user_id=user_id) for entry in chats]


def listen() -> None:
    """Register with accounts; once, when the apps are ready."""
    announcements.profile_changed.append(peers_learn)
    announcements.person_left.append(peers_learn)
    announcements.privacy_changed.append(both_learn)
