"""Taking an event back: what it told of is no more."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from feed.deciding.settling import settle
from feed.following.touching import touch_on_commit
from feed.models import Event, Item
from project.ids import parse_id
from project.sync.log import Entry, append_and_tell_on_commit, lock_users

CHUNK = 200


def withdraw(*, kind: str, dedupe_key: str, recipients: Iterable[str | int]) -> int:
    """Lower the counts of these people's items by one event; an item goes with its last one. How
    many had the event. Doing it again changes nothing, and the event cannot be published again."""
    people = sorted({p if isinstance(p, int) else parse_id(p) for p in recipients})
    chunks = (people[start : start + CHUNK] for start in range(0, len(people), CHUNK))
    return sum(_withdraw(chunk, kind, dedupe_key) for chunk in chunks)


@transaction.atomic
def _withdraw(people: list[int], kind: str, key: str) -> int:
    lock_users(people)
    had = Event.objects.filter(user_id__in=people, kind=kind, key=key, withdrawn=False)
    events = list(had.select_related("item").order_by("user_id"))
    Event.objects.filter(pk__in=[event.pk for event in events]).update(withdrawn=True)
    entries = [
        entry
        for event in events
        if event.item is not None and event.item.period == event.period
        for entry in _lower(event.item)
    ]
    append_and_tell_on_commit(entries)
    touch_on_commit(entry.user_id for entry in entries)
    return len(events)


def _lower(item: Item) -> list[Entry]:
    """Count the period's events anew."""
    left = Event.objects.filter(item=item, period=item.period, withdrawn=False)
    item.event_count = left.count()
    by = left.exclude(actor=None).values("actor").annotate(last=Max("pk")).order_by("-last")
    actors = [actor for actor in by.values_list("actor", flat=True) if actor is not None]
    item.actors, item.actor_count = actors[:3], len(actors)
    listed = item.is_listed
    if not item.event_count and item.archived_at is None:
        item.archived_at = timezone.now()
        settle([item.pk], "deleted")
    item.save(update_fields=["event_count", "actors", "actor_count", "archived_at"])
    word = "updated" if item.archived_at is None else "removed"
    return [Entry(item.user_id, f"notification.{word}", item.pk)] if listed else []
