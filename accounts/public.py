"""What other apps may use of accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from accounts.doors import announcements
from accounts.doors.authentication import current_session
from accounts.doors.devices import Device, device_of
from accounts.doors.inputs import Answered
from accounts.doors.wire import Challenge as ChallengeOutput
from accounts.doors.wire import Presence as PresenceOutput
from accounts.doors.wire import User as UserOutput
from accounts.letters.delivery import send
from accounts.letters.writing import Letter
from accounts.models import User
from accounts.reading.books import BOOKS
from accounts.reading.glimpses import GLIMPSES
from accounts.reading.knowledge import Named, Seen, names_seen, seen
from accounts.reading.proved import Proved, blocked_with, find_proved, identities_of
from accounts.reading.selectors import (
    blocked_between,
    blocked_by,
    blockers_of,
    find_by_username,
    get_user,
    has_blocked,
    hold_session,
    not_found_by_all,
    origin_shown,
    presence_visible,
    present_people,
    users_by_id,
)
from accounts.services.outsiders import (
    ask_owner,
    charge_message,
    owner_answered,
    require_reachable,
    send_letter,
)

__all__ = [
    "BOOKS",
    "GLIMPSES",
    "Answered",
    "ChallengeOutput",
    "Device",
    "Named",
    "PresenceOutput",
    "Proved",
    "Seen",
    "UserOutput",
    "announcements",
    "ask_owner",
    "blocked_between",
    "blocked_by",
    "blocked_with",
    "blockers_of",
    "charge_message",
    "current_session",
    "device_of",
    "find_by_username",
    "find_proved",
    "get_user",
    "has_blocked",
    "hold_session",
    "identities_of",
    "mail_person",
    "names_seen",
    "not_found_by_all",
    "note_seen",
    "origin_shown",
    "owner_answered",
    "presence_visible",
    "present_people",
    "require_reachable",
    "seen",
    "send_letter",
    "user_outputs",
]


def mail_person(
    *,
    user_id: int,
    subject: str,
    paragraphs: Sequence[str],
    headers: Mapping[str, str],
    message_id: str,
) -> bool:
    """Write to a person's verified address; False if they have none. `message_id` is the same when
    the same letter is sent again. Raises OSError while mail is away."""
    user = users_by_id([user_id]).get(user_id)
    if user is None or not user.is_present or not (user.email and user.email_verified):
        return False
    letter = Letter(subject, tuple(paragraphs))
    host = urlsplit(settings.PUBLIC_URL).hostname
    send("email", user.email, letter, {**headers, "Message-ID": f"<{message_id}@{host}>"})
    return True


SEEN_STEP = dt.timedelta(seconds=1)


def user_outputs(viewer_id: int, user_ids: Iterable[int]) -> dict[int, UserOutput]:
    """These people as the viewer sees them; whoever left or never was is a deleted account."""
    found = seen((viewer_id, user_id) for user_id in user_ids)
    return {user_id: each.user for (_, user_id), each in found.items()}


def note_seen(user_ids: Iterable[int]) -> None:
    """These people are here, or were until now."""
    now = timezone.now()
    User.objects.filter(pk__in=set(user_ids)).exclude(last_seen_at__gt=now - SEEN_STEP).update(
        last_seen_at=now
    )
