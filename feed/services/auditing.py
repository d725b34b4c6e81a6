"""Comparing what is kept with what it stands for."""

from __future__ import annotations

from django.db import connection

from feed.metrics import DIFFERENCES

COUNTS = """
select count(*) from (
    select user_id, count(*) filter (where seen_at is null) as unseen,
        count(*) filter (where read_at is null) as unread
    from feed_item where shown and archived_at is null group by 1
) held full join feed_state s on s.user_id = held.user_id
where coalesce(held.unseen, 0) <> coalesce(s.unseen, 0)
    or coalesce(held.unread, 0) <> coalesce(s.unread, 0)"""
EVENTS = """
select count(*) from feed_item i join (
    select item_id, period, count(*) as events, count(distinct actor) as actors
    from feed_event where not withdrawn group by 1, 2
) e on e.item_id = i.id and e.period = i.period
where i.subject is null and i.archived_at is null
    and (i.event_count <> e.events or i.actor_count <> e.actors)"""
"""Items of sources have events only for what is to be pushed."""


def audit() -> dict[str, int]:
    """How many people's counts, and items' counts, differ from the rows. Also told as metrics."""
    found = {}
    with connection.cursor() as cursor:
        for name, statement in (("counts", COUNTS), ("events", EVENTS)):
            cursor.execute(statement)
            (found[name],) = cursor.fetchone()
            DIFFERENCES.labels(name).set(found[name])
    return found
