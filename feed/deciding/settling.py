"""When items were read or are gone: what waits is not sent, what was sent is taken back."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from feed.models import Delivery, Device, Mail, Push

Outcome = Delivery.Outcome


def settle(item_ids: Sequence[int], why: str) -> None:
    """Call it in the transaction that changes the items. A retraction is a wish: whether a platform
    can be asked for it is for the sender to know."""
    waiting = Push.objects.filter(item__in=item_ids, retract=False)
    letters = Mail.objects.filter(item__in=item_ids)
    held = {
        *waiting.values_list("delivery", flat=True),
        *letters.values_list("delivery", flat=True),
    }
    if held:
        Delivery.objects.filter(pk__in=held - {None}, outcome="").update(
            outcome=Outcome.ACTIVE, reason=why, at=timezone.now()
        )
        waiting.delete()
        letters.delete()
    _take_back(item_ids)


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
