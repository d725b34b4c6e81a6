"""Reading chats and messages. Nobody gets what they may not see: every read starts from a person's
own side of a chat, and "not yours" is "not there"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import F, Q, QuerySet

from chat.doors.inputs import HistoryQuery
from chat.doors.wire import Message as MessageOutput
from chat.doors.wire import MessagePage
from chat.models import Chat, Hole, Message, Participant
from chat.reading.shapes import COLUMNS, Viewed, message_outputs, viewed_row
from project.errors import Problem, invalid
from project.ids import parse_id

ABOVE_ALL = 2**31 - 1
LONG_HOLE = 100
_VIEWS = """
select s.cleared, m.number > s.cleared and %s::bigint <> all (m.hidden_from), COLUMNS
from unnest(%s::bigint[], %s::int[]) asked (chat_id, number)
join chat_participant s on s.chat_id = asked.chat_id and s.user_id = %s
join chat_message m on m.chat_id = asked.chat_id and m.number = asked.number
""".replace("COLUMNS", ", ".join(f"m.{column}" for column in COLUMNS))
_LISTED = """
select c.id, c.low_id + c.high_id - %(user)s
from chat_participant p join chat_chat c on c.id = p.chat_id where p.user_id = %(user)s and p.opened
"""
_PEERS = """
select id, low_id + high_id - %(user)s from chat_chat
where (low_id = %(user)s or high_id = %(user)s)
    and (id = any(%(chats)s) or low_id = any(%(peers)s) or high_id = any(%(peers)s))
"""


class Side(NamedTuple):
    """A chat from one person's side."""

    chat: Chat
    mine: Participant
    peers: Participant

    @property
    def user_id(self) -> int:
        return self.mine.user_id

    @property
    def peer_id(self) -> int:
        return self.peers.user_id


def get_chat_for(user_id: int, chat_id: str | int, *, lock: bool = False) -> Side:
    """The only way to a chat; `not_found` unless this person takes part. `lock` holds the chat's
    row, hence its messages and marks, until the transaction ends."""
    number = parse_id(chat_id) if isinstance(chat_id, str) else chat_id
    mine = Q(low_id=user_id) | Q(high_id=user_id)
    chats = Chat.objects.select_for_update(no_key=True) if lock else Chat.objects
    chat = chats.filter(mine, pk=number).first()
    if chat is None:
        raise Problem("not_found")
    return side_of(chat, user_id)


def side_of(chat: Chat, user_id: int) -> Side:
    sides = {side.user_id: side for side in Participant.objects.filter(chat_id=chat.pk)}
    return Side(chat, sides[user_id], sides[chat.peer_of(user_id)])


def get_message_for(
    user_id: int, chat_id: str | int, number: int, *, lock: bool = False
) -> tuple[Side, Message]:
    """A message that this person may see, with the side it is seen from."""
    side = get_chat_for(user_id, chat_id, lock=lock)
    message = visible_to(side.mine).filter(number=number).first()
    if message is None:
        raise Problem("not_found")
    return side, message


def get_living_message_for(user_id: int, chat_id: str, number: int) -> tuple[Side, Message]:
    """The same of one that is to be changed: locked, and `forbidden` for a tombstone."""
    side, message = get_message_for(user_id, chat_id, number, lock=True)
    if message.deleted_at is not None:
        raise Problem("forbidden", "The message is deleted.")
    return side, message


def visible_to(mine: Participant) -> QuerySet[Message]:
    """What this side of a chat may see: not cleared, not hidden. Tombstones are in it."""
    return Message.objects.filter(chat_id=mine.chat_id, number__gt=mine.cleared).exclude(
        hidden_from__contains=[mine.user_id]
    )


def show_message(user_id: int, chat_id: str, number: int) -> MessageOutput:
    side, message = get_message_for(user_id, chat_id, number)
    return message_outputs(side.mine, [message])[0]


def sent_message(user_id: int, chat_id: int, number: int) -> MessageOutput:
    """A message as its sender sees it, even one that the sender has hidden since."""
    side = get_chat_for(user_id, chat_id)
    message = Message.objects.get(chat_id=side.chat.pk, number=number)
    return message_outputs(side.mine, [message])[0]


def history(user_id: int, chat_id: str, query: HistoryQuery) -> MessagePage:
    """A page of messages, ascending, and whether there are more on either side of it."""
    given = [name for name in ("before", "after", "around") if getattr(query, name) is not None]
    if len(given) > 1:
        raise invalid(f"/{given[1]}", "before, after and around exclude one another.")
    mine = get_chat_for(user_id, chat_id).mine
    if query.around is not None:
        return _around(mine, query.around, query.limit)
    if query.after is not None:
        found, more = _upwards(mine, query.after + 1, query.limit)
        return _page(mine, found, bool(_downwards(mine, query.after, 1)[0]), more)
    high = ABOVE_ALL if query.before is None else query.before - 1
    found, more = _downwards(mine, high, query.limit)
    after = query.before is not None and bool(_upwards(mine, query.before, 1)[0])
    return _page(mine, found, more, after)


def _around(mine: Participant, number: int, limit: int) -> MessagePage:
    older, before = _downwards(mine, number - 1, limit // 2)
    newer, after = _upwards(mine, number, limit - limit // 2)
    return _page(mine, [*older, *newer], before, after)


def _upwards(mine: Participant, low: int, limit: int) -> tuple[list[Message], bool]:
    """Those from `low` on, ascending, and whether there are more."""
    found: list[Message] = []
    for hole in [*_long_holes(mine, last__gt=low).order_by("first"), None]:
        between = visible_to(mine).filter(number__gte=low)
        if hole is not None:
            between = between.filter(number__lt=hole.first)
            low = hole.last + 1
        found += between.order_by("number")[: limit + 1 - len(found)]
        if len(found) > limit:
            break
    return found[:limit], len(found) > limit


def _downwards(mine: Participant, high: int, limit: int) -> tuple[list[Message], bool]:
    """Those up to `high`, ascending, and whether there are more below."""
    found: list[Message] = []
    for hole in [*_long_holes(mine, first__lt=high).order_by("-first"), None]:
        between = visible_to(mine).filter(number__lte=high)
        if hole is not None:
            between = between.filter(number__gt=hole.last)
            high = hole.first - 1
        found += between.order_by("-number")[: limit + 1 - len(found)]
        if len(found) > limit:
            break
    return found[:limit][::-1], len(found) > limit


def _long_holes(mine: Participant, **where: int) -> QuerySet[Hole]:
    """Runs of hidden messages that are worth a step of their own, and not to be read through."""
    holes = Hole.objects.filter(user_id=mine.user_id, chat_id=mine.chat_id, **where)
    return holes.filter(last__gte=F("first") + LONG_HOLE, last__gt=mine.cleared)


def _page(mine: Participant, found: list[Message], before: bool, after: bool) -> MessagePage:
    results = message_outputs(mine, found)
    return MessagePage(results=results, has_more_before=before, has_more_after=after)


def messages_by_number(keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Message]:
    """Messages by chat and number, unfiltered, in one query: renderers decide per user."""
    found = Message.objects.filter(pk__in=list(keys))
    return {(message.chat_id, message.number): message for message in found}


def views_of(user_id: int, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Viewed | None]:
    """Messages by chat and number, each from this person's side; None for one that they cleared or
    hid. One that is not there, or in none of their chats, is left out."""
    columns = [list(column) for column in zip(*keys, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_VIEWS, [user_id, *columns, user_id])
        found = cursor.fetchall()
    return {
        (values[0], values[1]): viewed_row(user_id, cleared, values) if visible else None
        for cleared, visible, *values in found
    }


def listed_by(user_id: int, among: Iterable[int]) -> set[int]:
    """Those of these people who have a chat with this person in their list: opened by themselves,
    or by a message that they see."""
    sides = Participant.objects.filter(
        opened=True, user_id__in=set(among), chat__participants__user_id=user_id
    )
    return set(sides.exclude(user_id=user_id).values_list("user_id", flat=True))


def peer_ids(user_id: int, among: Sequence[int] | None = None) -> set[int]:
    """The people this person has a chat with."""
    chats = Chat.objects.filter(Q(low_id=user_id) | Q(high_id=user_id))
    if among is not None:
        chats = chats.filter(Q(low_id__in=among) | Q(high_id__in=among))
    pairs = chats.values_list("low_id", "high_id")
    return {high if low == user_id else low for low, high in pairs}


def chats_with(user_id: int, peer_id: int) -> list[int]:
    """The chat of these two, if there is one."""
    low, high = sorted((user_id, peer_id))
    return list(Chat.objects.filter(low_id=low, high_id=high).values_list("pk", flat=True))


def listed_peers(user_id: int) -> dict[int, int]:
    """The people of the chats in this person's list, by chat."""
    with connection.cursor() as cursor:
        cursor.execute(_LISTED, {"user": user_id})
        found: list[tuple[int, int]] = cursor.fetchall()
    return dict(found)


def unread_above(user_id: int) -> list[tuple[int, int]]:
    """`(chat, number)`: what the peer sent above that number there is unread."""
    sides = Participant.objects.filter(user_id=user_id, read__lt=F("chat__last_number"))
    return list(sides.values_list("chat_id", "read"))


def peers_of_chats(user_id: int, chats: Sequence[int], peers: Sequence[int]) -> dict[int, int]:
    """Whom this person has these chats with, and the chats with these people, by chat."""
    with connection.cursor() as cursor:
        cursor.execute(_PEERS, {"user": user_id, "chats": list(chats), "peers": list(peers)})
        found: list[tuple[int, int]] = cursor.fetchall()
    return dict(found)
