"""What a person looked for last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from project.wire import moment
from search.models import Recent

KEPT = 20
LONGEST = 200
# One statement, as it goes with every search, and nobody waits until it is on the disk: all that a
# crash of PostgreSQL can take is the last query.
_REMEMBER = """
with gone as (
    delete from search_recent r where r.user_id = %(user)s and r.text <> %(text)s and (
        r.at > now() - interval '30 seconds' and starts_with(%(text)s, r.text)
        or r.text not in (select k.text from search_recent k where k.user_id = %(user)s
                          order by k.at desc limit %(others)s)))
insert into search_recent (user_id, text, at)
    select %(user)s, %(text)s, now() where set_config('synchronous_commit', 'off', true) = 'off'
on conflict (user_id, text) do update set at = now()
"""


def remember(*, user_id: int, text: str) -> None:
    """Keep the query among the last of this person. While somebody types, the longer text takes the
    place of its beginnings."""
    wanted = " ".join(text.split())
    if 0 < len(wanted) <= LONGEST:
        given: dict[str, Any] = {"user": user_id, "text": wanted, "others": KEPT - 1}
        with connection.cursor() as cursor:
            cursor.execute(_REMEMBER, given)


def latest(user_id: int, beginning: str, most: int) -> list[str]:
    """The last queries that begin so, newest first."""
    mine = Recent.objects.filter(user_id=user_id, text__istartswith=beginning)
    return list(mine.order_by("-at").values_list("text", flat=True)[:most])


def forget(user_id: int) -> int:
    """All of it, when the person leaves; how many."""
    return Recent.objects.filter(user_id=user_id).delete()[0]


def searches(user_id: int) -> Iterator[dict[str, str]]:
    """For the copy of one's own data."""
    for each in Recent.objects.filter(user_id=user_id).order_by("-at"):
        yield {"text": each.text, "at": moment(each.at)}
