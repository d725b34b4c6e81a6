"""When items were read, or items or devices are gone: what waits is not sent and the ledger says
why, what was sent is taken back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from feed.models import Delivery, Device, Mail, Push

Outcome = Delivery.Outcome


def settle(item_ids: Sequence[int], why: str) -> None:
    """Call it in the transaction that changes the items. A retraction is a wish: whether a platform
    can be asked for it is for the sender to know."""
    pushes = Push.objects.filter(item__in=item_ids, retract=False)
    letters = Mail.objects.filter(item__in=item_ids)
    _end([*_taken(pushes), *_taken(letters)], Outcome.ACTIVE, why)
    _take_back(item_ids)


def drop_devices(devices: QuerySet[Device], why: str) -> bool:
    """Nothing is pushed there any more; False if there was no such device. Call it in a
    transaction. Pushes are locked first, as by whoever claims them; once the device is, too, none
    can be added."""
    ids = list(devices.values_list("pk", flat=True))
    pushes = Push.objects.filter(device__in=ids)
    ended = _taken(pushes)
    held = Device.objects.filter(pk__in=ids).select_for_update().order_by("pk")
    ids = list(held.values_list("pk", flat=True))
    _end([*ended, *_taken(pushes)], Outcome.DEAD, why)
    held.delete()
    return bool(ids)


def _taken(waiting: QuerySet[Push] | QuerySet[Mail]) -> list[int | None]:
    """Take these out of their outbox; the deliveries that they were. Just these are deleted:
    whoever decides adds others at any moment."""
    rows = dict(waiting.select_for_update().order_by("pk").values_list("pk", "delivery"))
    if rows:
        waiting.filter(pk__in=rows).delete()
    return list(rows.values())


def _end(deliveries: Sequence[int | None], outcome: str, why: str) -> None:
    if ids := {each for each in deliveries if each is not None}:
        Delivery.objects.filter(pk__in=ids, outcome="").update(
            outcome=outcome, reason=why, at=timezone.now()
        )


def _take_back(item_ids: Sequence[int]) -> None:
    sent = Delivery.objects.filter(
        item__in=item_ids, channel=Delivery.Channel.PUSH, outcome=Outcome.SENT
    )
    shown = set(sent.values_list("user_id", "item_id", "device_id"))
    if not shown:
        return
    devices = set(
        Device.objects.filter(pk__in={device for _, _, device in shown}).values_list(
            "pk", flat=True
        )
    )
    now = timezone.now()
    Push.objects.bulk_create(
        [
            Push(
                user_id=user, item_id=item, device_id=device, retract=True, event_at=now, due_at=now
            )
            for user, item, device in sorted(shown)
            if device in devices
        ],
        ignore_conflicts=True,
    )
