"""What a person looked for last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import F, TextField, Value
from django.db.models.functions import StrIndex
from django.utils import timezone

from project.wire import moment
from search.models import Recent

KEPT = 20
LONGEST = 200
TYPING = dt.timedelta(seconds=30)


@transaction.atomic
def remember(*, user_id: int, text: str) -> None:
    """Keep the query among the last of this person. While somebody types, the longer text takes the
    place of its beginnings."""
    wanted = " ".join(text.split())
    if not 0 < len(wanted) <= LONGEST:
        return
    mine = Recent.objects.filter(user_id=user_id)
    now = timezone.now()
    whole = Value(wanted, output_field=TextField())
    beginnings = mine.filter(at__gt=now - TYPING).alias(place=StrIndex(whole, F("text")))
    beginnings.filter(place=1).exclude(text=wanted).delete()
    mine.update_or_create(user_id=user_id, text=wanted, defaults={"at": now})
    kept = list(mine.order_by("-at").values_list("text", flat=True)[:KEPT])
    mine.exclude(text__in=kept).delete()


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
