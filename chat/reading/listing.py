"""The chat list and its pages."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Collection

from django.db.models import Count, F, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from chat.doors.inputs import ListQuery
from chat.doors.wire import Chat, ChatPage
from chat.models import Participant
from chat.reading.overview import chats_of
from project.errors import invalid
from project.wire import parse_moment


def list_chats(user_id: int, query: ListQuery) -> ChatPage:
    """Newest activity first."""
    sides = (
        Participant.objects.filter(opened=True, user_id=user_id)
        .annotate(active_at=Greatest("chat__active_at", "sent_at"))
        .order_by("-active_at", "-chat_id")
    )
    if query.cursor is not None:
        at, chat_id = _read_cursor(query.cursor)
        sides = sides.filter(Q(active_at__lt=at) | Q(active_at=at, chat_id__lt=chat_id))
    found = list(sides.values_list("active_at", "chat_id")[: query.limit + 1])
    page = found[: query.limit]
    chats = chats_of((user_id, chat_id) for _, chat_id in page)
    more = len(found) > query.limit
    return ChatPage(
        results=[chats[user_id, chat_id] for _, chat_id in page],
        next=_cursor(*page[-1]) if more else None,
    )


def newest_chats(user_id: int) -> list[Chat]:
    """What a bootstrap shows: the first 200."""
    return list_chats(user_id, ListQuery(limit=200)).results


def chats_unread(user_ids: Collection[int]) -> dict[int, int]:
    """Chats with unread messages, muted ones not counted, of each of these people."""
    loud = Q(muted_until__isnull=True) | Q(muted_until__lte=timezone.now())
    known = Greatest("read", "cleared") + F("gone")
    unread = Participant.objects.filter(loud, user_id__in=user_ids, chat__last_number__gt=known)
    found = dict(unread.values_list("user_id").annotate(Count("pk")))
    return {user_id: found.get(user_id, 0) for user_id in user_ids}


def _cursor(at: dt.datetime, chat_id: int) -> str:
    position = f"{at.isoformat()}|{chat_id}"
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[dt.datetime, int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, _, chat_id = (
            base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition("|")
        )
        if not (chat_id.isascii() and chat_id.isdigit() and len(chat_id) <= 19):
            raise ValueError(chat_id)
        when = parse_moment(at)
    except (ValueError, binascii.Error):
        raise invalid("/cursor", "This cursor is none of ours.") from None
    return when, min(int(chat_id), 2**63 - 1)
