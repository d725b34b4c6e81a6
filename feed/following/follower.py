"""Following people's logs: the one thing that acts on them, for some people at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from feed.deciding.decisions import decide
from feed.following import touching
from feed.following.projecting import Projection
from feed.following.sources import SOURCES
from feed.models import Follow
from feed.reading.listing import counts_of
from feed.reading.updates import as_counts
from project.redis import connect
from project.sync.log import Entry, append_and_tell_on_commit, lock_users

CHUNK = 25
"""People whose heads are held at a time."""
BUDGET_SECONDS = 20.0
SWEPT = 20_000
SWEEP_AT = "confab.feed.swept"

BEHIND = """
select h.user_id from sync_head h left join feed_follow f on f.user_id = h.user_id
    where h.user_id = any (%s::bigint[]) and h.pts > coalesce(f.pts, 0)
union select e.user_id from feed_event e where not e.decided and e.user_id = any (%s::bigint[])
order by 1"""
SWEEP = """
select max(s.user_id), array_agg(s.user_id) filter (where s.behind) from (
    select h.user_id, h.pts > coalesce(f.pts, 0) as behind
        from sync_head h left join feed_follow f on f.user_id = h.user_id
        where h.user_id > %s order by h.user_id limit %s) s"""
COUNTS = "counts.updated"
TOLD = """
update feed_follow f set told = array[w.chats, w.unseen, w.unread],
        pts = f.pts + (f.pts = w.head)::int  -- our own entry is nothing to follow
    from unnest(%s::bigint[], %s::bigint[], %s::int[], %s::int[], %s::int[])
        w (user_id, head, chats, unseen, unread)
    where f.user_id = w.user_id"""
UNDECIDED = "select distinct user_id from feed_event where not decided limit 1000"


def follow_touched() -> None:
    """Follow those who were touched; whoever waits longer than the budget is for the next task."""
    touching.begin()
    deadline = time.monotonic() + BUDGET_SECONDS
    while ids := touching.taken(10 * CHUNK):
        follow(ids)
        if time.monotonic() > deadline:
            touching.touch(ids[:1])
            return


def follow(user_ids: Iterable[int]) -> None:
    """Make these people's feeds agree with their logs. Done twice it changes nothing."""
    asked = list(user_ids)
    with connection.cursor() as cursor:
        cursor.execute(BEHIND, [asked, asked])
        behind = [user_id for (user_id,) in cursor.fetchall()]
    for start in range(0, len(behind), CHUNK):
        some = behind[start : start + CHUNK]
        _take_in(some)
        decide(some)
        _tell_counts(some)


def sweep() -> int:
    """Follow those whose hint was lost, some thousand people of all at a time; how many."""
    link = connect()
    after = int(link.get(SWEEP_AT) or 0)
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, [after, SWEPT])
        last, found = cursor.fetchone()
        cursor.execute(UNDECIDED)
        undecided = [user_id for (user_id,) in cursor.fetchall()]
    link.set(SWEEP_AT, last or 0)
    behind = [*(found or ()), *undecided]
    follow(behind)
    return len(behind)


@transaction.atomic
def _take_in(user_ids: Sequence[int]) -> None:
    """Everything up to the heads as they are now; under their lock, so sources stand still."""
    heads = {user_id: head.pts for user_id, head in lock_users(user_ids).items()}
    known = Follow.objects.in_bulk(list(heads))
    cursors = {user_id: known[user_id].pts if user_id in known else 0 for user_id in heads}
    positions, entries = dict(heads), list[Entry]()
    for source in SOURCES.values():
        projection = Projection(source, positions)
        projection.run(cursors)
        entries += projection.entries
    append_and_tell_on_commit(entries)
    Follow.objects.bulk_create(
        [Follow(user_id=user_id, pts=pts, told=[]) for user_id, pts in positions.items()],
        update_conflicts=True,
        unique_fields=["user_id"],
        update_fields=["pts"],
    )


def _tell_counts(user_ids: Sequence[int]) -> None:
    """Tell new counts, where a look without a lock finds some."""
    if changed := _new_counts(user_ids):
        _write_counts(changed)


def _new_counts(user_ids: Iterable[int]) -> dict[int, list[int]]:
    """The counts of those whose devices were told others."""
    told = dict(Follow.objects.filter(user_id__in=user_ids).values_list("user_id", "told"))
    counted = counts_of(told)
    return {
        user_id: counted[user_id]
        for user_id, before in told.items()
        if counted[user_id] != (before or [0, 0, 0])
    }


@transaction.atomic
def _write_counts(user_ids: Iterable[int]) -> None:
    """They are counted under the lock, so what goes along with the hint is how things stand at that
    position, and of two who count at once one has nothing to tell."""
    heads = {user_id: head.pts for user_id, head in lock_users(user_ids).items()}
    changed = _new_counts(heads)
    if not changed:
        return
    append_and_tell_on_commit(
        [Entry(user_id, COUNTS) for user_id in changed],
        {user_id: as_counts(*counts) for user_id, counts in changed.items()},
    )
    columns = zip(
        *((user_id, heads[user_id], *counts) for user_id, counts in changed.items()), strict=True
    )
    with connection.cursor() as cursor:
        cursor.execute(TOLD, [list(column) for column in columns])
