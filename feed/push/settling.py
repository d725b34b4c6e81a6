"""What became of pushes that were sent: into the ledger, and out of the outbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from feed.deciding.settling import drop_devices
from feed.metrics import PUSHES
from feed.models import Delivery, Device, Item, Push
from feed.push.claiming import Claimed
from feed.push.pacing import GIVE_UP, pause
from feed.push.service import Outcome

Ended = tuple[Claimed, Outcome]

_DONE = """
delete from feed_push p using unnest(%s::bigint[], %s::bigint[]) d (id, delivery)
    where p.id = d.id and p.delivery_id is not distinct from d.delivery"""
_AGAIN = """
update feed_push p set due_at = a.due_at
    from unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) a (id, delivery, due_at)
    where p.id = a.id and p.delivery_id is not distinct from a.delivery"""
_UP = """
update feed_shown s set up = true
    from unnest(%s::bigint[], %s::bigint[]) u (device, item)
    where s.device_id = u.device and s.item_id is not distinct from u.item"""


@transaction.atomic
def settle_sent(ended: Sequence[Ended]) -> None:
    """Safe to repeat. A row that a newer event took over meanwhile stays, and is due."""
    _hold(ended)
    now = timezone.now()
    again, final = [], []
    for claimed, outcome in ended:
        pause_now = pause(claimed.attempts, outcome.after)
        if outcome.result != "again" or now + pause_now > claimed.begun_at + GIVE_UP:
            final.append((claimed, outcome))
        else:
            again.append((claimed.row, claimed.delivery, now + pause_now))
    with connection.cursor() as cursor:
        if again:
            cursor.execute(_AGAIN, [list(column) for column in zip(*again, strict=True)])
    _note([each for each in final if each[1].result == "sent"])
    for claimed, outcome in final:
        if outcome.result != "sent":
            _note_failure(claimed, outcome)
    rows = [claimed.row for claimed, _ in final]
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [rows, [claimed.delivery for claimed, _ in final]])
    transaction.on_commit(lambda: _count(ended))


def _hold(ended: Sequence[Ended]) -> None:
    """Pushes before their deliveries, and in order, as whoever decides or reads holds them."""
    dead = {claimed.device for claimed, outcome in ended if outcome.result == "dead"}
    concerned = Push.objects.filter(
        Q(pk__in=[claimed.row for claimed, _ in ended]) | Q(device__in=dead)
    )
    list(concerned.select_for_update().order_by("pk").values_list("pk"))


def _count(ended: Sequence[Ended]) -> None:
    for labels, number in Counter((push.platform, said.result) for push, said in ended).items():
        PUSHES.labels(*labels).inc(number)


def _note(sent: Sequence[Ended]) -> None:
    now = timezone.now()
    shown = [claimed for claimed, _ in sent if not claimed.push.retract]
    deliveries = [each.delivery for each in shown if each.delivery is not None]
    Delivery.objects.filter(pk__in=deliveries).update(
        outcome=Delivery.Outcome.SENT, reason="", at=now
    )
    if shown:
        with connection.cursor() as cursor:
            cursor.execute(_UP, [[each.device for each in shown], [each.item for each in shown]])
    _take_back_what_was_read(shown)
    for claimed, _ in sent:
        if claimed.push.retract:
            Delivery.objects.filter(
                item=claimed.item, device_id=claimed.device, outcome=Delivery.Outcome.SENT
            ).update(outcome=Delivery.Outcome.RETRACTED, at=now)


def _take_back_what_was_read(shown: Iterable[Claimed]) -> None:
    """Items that were read or put away while their push was on its way."""
    places = {(each.item, each.device): each.user_id for each in shown if each.item is not None}
    gone = Item.objects.filter(pk__in={item for item, _ in places}).filter(
        Q(read_at__isnull=False) | Q(archived_at__isnull=False)
    )
    ids = set(gone.values_list("pk", flat=True))
    now = timezone.now()
    Push.objects.bulk_create(
        [
            Push(
                user_id=user, item_id=item, device_id=device, retract=True, event_at=now, due_at=now
            )
            for (item, device), user in places.items()
            if item in ids
        ],
        ignore_conflicts=True,
    )


def _note_failure(claimed: Claimed, outcome: Outcome) -> None:
    word = Delivery.Outcome.DEAD if outcome.result == "dead" else Delivery.Outcome.FAILED
    if claimed.delivery is not None and not claimed.push.retract:
        Delivery.objects.filter(pk=claimed.delivery).update(
            outcome=word, reason=outcome.reason[:60], at=timezone.now()
        )
    if outcome.result == "dead":
        drop_devices(Device.objects.filter(pk=claimed.device), outcome.reason[:60])
