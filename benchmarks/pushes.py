"""People with devices: `python -m benchmarks.pushes PORT DEVICES`.

With `--happen` each of them gets a push, all at the same moment; prints the seconds until the last
one has left.
"""

from __future__ import annotations

import hashlib
import secrets
import sys
import time
from base64 import urlsafe_b64encode

import django

django.setup()

from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from feed.models import Delivery, Device, Item, Push  # noqa: E402
from project.ids import new_ids  # noqa: E402

KEYS = 50
"""Different ones; a browser's key costs as much as sending to it."""


def keys() -> dict[str, str]:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    auth = secrets.token_bytes(16)
    return {"p256dh": urlsafe_b64encode(point).decode(), "auth": urlsafe_b64encode(auth).decode()}


def fill(port: int, count: int) -> None:
    """So many people with a browser each."""
    known = [keys() for _ in range(KEYS)]
    devices = []
    ids = zip(new_ids(count), new_ids(count), new_ids(count), strict=True)
    for number, (pk, user_id, session_id) in enumerate(ids):
        endpoint = f"http://127.0.0.1:{port}/wpush/{secrets.token_urlsafe(90)}"
        devices.append(
            Device(
                pk=pk,
                user_id=user_id,
                session_id=session_id,
                platform="web",
                subscription={"endpoint": endpoint, "keys": known[number % KEYS]},
                digest=hashlib.sha256(endpoint.encode()).digest(),
            )
        )
    Device.objects.bulk_create(devices, batch_size=2000)


@transaction.atomic
def happen() -> None:
    """An event for everybody, decided."""
    now = timezone.now()
    devices = list(Device.objects.all())
    items = [
        Item(
            pk=pk,
            user_id=device.user_id,
            kind="contact.joined",
            group=secrets.token_hex(4),
            reference={"type": "user", "id": "1"},
            event_count=1,
            position=1,
        )
        for pk, device in zip(new_ids(len(devices)), devices, strict=True)
    ]
    Item.objects.bulk_create(items, batch_size=2000)
    ledger = [
        Delivery(item=item, user_id=item.user_id, event_at=now, channel="push", device_id=device.pk)
        for item, device in zip(items, devices, strict=True)
    ]
    Delivery.objects.bulk_create(ledger, batch_size=2000)
    Push.objects.bulk_create(
        [
            Push(
                user_id=each.user_id,
                device_id=device.pk,
                item_id=each.item_id,
                delivery=each,
                event_at=now,
                due_at=now,
            )
            for each, device in zip(ledger, devices, strict=True)
        ],
        batch_size=2000,
    )


def wait() -> float:
    """Seconds until the outbox is empty."""
    started = time.perf_counter()
    while Push.objects.exists():
        time.sleep(0.05)
    return time.perf_counter() - started


if __name__ == "__main__":
    if sys.argv[1] == "--happen":
        happen()
        print(wait())
    else:
        call_command("migrate", verbosity=0)
        fill(int(sys.argv[1]), int(sys.argv[2]))
