"""What changes in chats when a person changes: their peers see another name, or other receipts."""

from __future__ import annotations

from accounts.public import announcements
from chat.models import Participant
from project.sync.log import Entry


def peers_learn(user_id: int) -> list[Entry]:
    """The chats of everyone whose list shows this person."""
    return [entry for entry in both_learn(user_id) if entry.user_id != user_id]


def both_learn(user_id: int) -> list[Entry]:
    """These chats, and the person's own: receipts are shown by both or by none."""
    sides = Participant.objects.filter(opened=True, chat__participants__user_id=user_id)
    pairs = sides.values_list("user_id", "chat_id")
    return [Entry(person, "chat.updated", chat_id) for person, chat_id in pairs]


def listen() -> None:
    """Register with accounts; once, when the apps are ready."""
    announcements.profile_changed.append(peers_learn)
    announcements.person_left.append(peers_learn)
    announcements.privacy_changed.append(both_learn)
