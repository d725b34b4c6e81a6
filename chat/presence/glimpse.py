"""The presence of one person, for whoever asks for that person by REST."""

from __future__ import annotations

import logging
import time

import redis

from accounts.public import PresenceOutput, presence_visible
from chat.presence.leases import key_of
from chat.reading import selectors
from project.redis import connect
from project.wire import moment_or_none

logger = logging.getLogger(__name__)


def glimpse(viewer_id: int, user_id: int) -> PresenceOutput | None:
    """None where the person has no chat with the viewer in their list, where they keep it private,
    and while it cannot be asked for."""
    if viewer_id == user_id or not selectors.listed_by(viewer_id, [user_id]):
        return None
    visible = presence_visible(viewer_id, [user_id])
    if user_id not in visible:
        return None
    try:
        online = bool(connect().zcount(key_of(user_id), time.time(), "+inf"))
    except redis.RedisError as error:
        logger.warning("leases: %r", error)
        return None
    last_seen = None if online else moment_or_none(visible[user_id])
    return PresenceOutput(online=online, last_seen=last_seen)
