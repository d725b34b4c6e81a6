"""What other apps may use of accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.utils import timezone

from accounts.doors import announcements
from accounts.doors.devices import Device, device_of
from accounts.doors.inputs import Answered
from accounts.doors.wire import Challenge as ChallengeOutput
from accounts.doors.wire import Presence as PresenceOutput
from accounts.doors.wire import User as UserOutput
from accounts.models import User
from accounts.reading.books import BOOKS
from accounts.reading.glimpses import GLIMPSES
from accounts.reading.proved import Proved, blocked_with, find_proved, identities_of
from accounts.reading.selectors import (
    blocked_between,
    find_by_username,
    get_user,
    has_blocked,
    origin_shown,
    presence_visible,
    present_people,
    receipts_off,
    users_by_id,
)
from accounts.reading.shapes import deleted_output, user_output
from accounts.services.outsiders import (
    ask_owner,
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
    "Known",
    "PresenceOutput",
    "Proved",
    "UserOutput",
    "announcements",
    "ask_owner",
    "blocked_between",
    "blocked_with",
    "device_of",
    "find_by_username",
    "find_proved",
    "get_user",
    "has_blocked",
    "identities_of",
    "note_seen",
    "origin_shown",
    "owner_answered",
    "people",
    "presence_visible",
    "present_people",
    "receipts_off",
    "require_reachable",
    "send_letter",
    "user_outputs",
]

SEEN_STEP = dt.timedelta(seconds=1)


def user_outputs(viewer_id: int, user_ids: Iterable[int]) -> dict[int, UserOutput]:
    """These people as the viewer sees them; whoever left or never was is a deleted account."""
    wanted = set(user_ids)
    known = users_by_id(wanted)
    return {
        user_id: user_output(known[user_id]) if user_id in known else deleted_output(user_id)
        for user_id in wanted
    }


class Known(NamedTuple):
    """A person as others see them, and whether they show when they have read something."""

    user: UserOutput
    receipts: bool


def people(user_ids: Iterable[int]) -> dict[int, Known]:
    """All of these, in one query; whoever never was is a deleted account."""
    wanted = set(user_ids)
    known = users_by_id(wanted)
    return {
        user_id: Known(user_output(known[user_id]), known[user_id].read_receipts)
        if user_id in known
        else Known(deleted_output(user_id), True)
        for user_id in wanted
    }


def note_seen(user_ids: Iterable[int]) -> None:
    """These people are here, or were until now."""
    now = timezone.now()
    User.objects.filter(pk__in=set(user_ids)).exclude(last_seen_at__gt=now - SEEN_STEP).update(
        last_seen_at=now
    )
