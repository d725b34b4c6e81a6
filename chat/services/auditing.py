"""Comparing what is kept of chats with what follows from their messages."""

from __future__ import annotations

import logging

from django.db import connection, transaction
from prometheus_client import Counter

from chat.models import Chat, Hole, Participant

logger = logging.getLogger(__name__)

DRIFTED = Counter("confab_chat_drifted_total", "Sides of chats whose kept counters were wrong")

TRUTH = """
select p.user_id,
    count(*) filter (where m.number > greatest(p.read, p.cleared)
        and (m.deleted_at is not null or m.hidden_from @> array[p.user_id])),
    c.last_number,
    coalesce(array_agg(m.number order by m.number)
        filter (where m.number > p.cleared and m.hidden_from @> array[p.user_id]), '{}')
from chat_participant p join chat_chat c on c.id = p.chat_id
    left join chat_message m on m.chat_id = p.chat_id
where p.chat_id = %s group by p.user_id, c.last_number
"""


@transaction.atomic
def audit_chat(chat_id: int) -> int:
    """Set right what one chat's sides keep; how many were wrong. Reads the whole chat, under its
    lock: for a sample in the background, or after an upgrade."""
    Chat.objects.select_for_update(no_key=True).get(pk=chat_id)
    with connection.cursor() as cursor:
        cursor.execute(TRUTH, [chat_id])
        truth = {user_id: rest for user_id, *rest in cursor.fetchall()}
    sides = Participant.objects.filter(chat_id=chat_id)
    return sum(_mend(side, *truth[side.user_id]) for side in sides)


def _mend(side: Participant, gone: int, last_number: int, hidden: list[int]) -> bool:
    mine = Hole.objects.filter(user_id=side.user_id, chat_id=side.chat_id)
    kept = {(hole.first, hole.last) for hole in mine}
    runs = _runs(hidden)
    first, last = runs[-1] if runs else (0, 0)
    tail = last - first + 1 if runs and last == last_number else 0
    if (side.gone, side.hidden_tail) == (gone, tail) and kept == set(runs):
        return False
    logger.error("chat %s: what %s sees was kept wrong", side.chat_id, side.user_id)
    DRIFTED.inc()
    mine.delete()
    Hole.objects.bulk_create(
        Hole(user_id=side.user_id, chat_id=side.chat_id, first=first, last=last)
        for first, last in runs
    )
    Participant.objects.filter(pk=side.pk).update(gone=gone, hidden_tail=tail)
    return True


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """`[3, 4, 7]` → `[(3, 4), (7, 7)]`"""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def audit_some(after: int, limit: int) -> tuple[int, int]:
    """The next `limit` chats above `after`, by id: the last of them (0 when there are no more), and
    how many sides were wrong."""
    ids = list(
        Chat.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:limit]
    )
    wrong = sum(audit_chat(chat_id) for chat_id in ids)
    return (ids[-1] if len(ids) == limit else 0), wrong
