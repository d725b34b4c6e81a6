"""What a block means for what a person does in a chat."""

from __future__ import annotations

from accounts.public import has_blocked
from chat.reading.selectors import Side
from project.errors import Problem
from project.sync.log import lock_users


def is_unheard(side: Side) -> bool:
    """Whether the peer has blocked this person and must learn nothing of what they do now. Raises
    `forbidden` where it is this person who blocks.

    The heads are locked first, as they are by whoever blocks: what is done is before the block or
    after it.
    """
    lock_users([side.user_id, side.peer_id])
    if has_blocked(side.user_id, side.peer_id):
        raise Problem("forbidden", "You have blocked this person.")
    return has_blocked(side.peer_id, side.user_id)
