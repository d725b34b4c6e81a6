"""Where a session can be pushed to. A device belongs to one session and ends with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Q
from msgspec import UNSET

from accounts.public import announcements, hold_session
from feed.deciding.settling import drop_devices
from feed.doors.inputs import DeviceGiven
from feed.doors.wire import DeviceList, DeviceOutput
from feed.models import Device
from feed.push.endpoints import check_endpoint
from feed.push.webpush import are_keys
from project.addresses import NotPublic
from project.errors import Problem, invalid
from project.ids import parse_id
from project.sync.log import Entry
from project.wire import moment

REMOVED = "device removed"
"""Why the ledger says that a push never left."""


def register_device(
    *, user_id: int, session_id: int, given: DeviceGiven
) -> tuple[DeviceOutput, bool]:
    """Push to this session here from now on, and to none before it that named the same address: a
    phone that changes hands takes nobody's pushes along. The device, and whether it is new."""
    address = _address(given)
    digest = hashlib.blake2b(f"{given.platform} {address}".encode(), digest_size=32).digest()
    fresh = Device(
        user_id=user_id,
        session_id=session_id,
        platform=given.platform,
        token="" if given.token is UNSET else address,
        subscription=_subscription(given),
        digest=digest,
    )
    try:
        return _put(fresh)
    except IntegrityError:  # somebody else has just named it
        return _put(fresh)


@transaction.atomic
def _put(fresh: Device) -> tuple[DeviceOutput, bool]:
    """The session is held, so that it does not end while its device is put down."""
    if not hold_session(fresh.session_id):
        raise Problem("unauthenticated", "This session has ended.", reason="revoked")
    same = Q(digest=fresh.digest, session_id=fresh.session_id)
    known = Device.objects.filter(same, subscription=fresh.subscription).first()
    if known is not None:
        return device_output(known), False
    gone = Q(digest=fresh.digest) | Q(session_id=fresh.session_id)
    drop_devices(Device.objects.filter(gone), REMOVED)
    fresh.save(force_insert=True)
    fresh.refresh_from_db(fields=["created_at"])
    return device_output(fresh), True


def list_devices(user_id: int) -> DeviceList:
    found = Device.objects.filter(user_id=user_id).order_by("pk")
    return DeviceList(results=[device_output(device) for device in found])


@transaction.atomic
def remove_device(*, user_id: int, device: str) -> None:
    """Push there no more. Raises `not_found`."""
    own = Device.objects.filter(user_id=user_id, pk=parse_id(device))
    if not drop_devices(own, REMOVED):
        raise Problem("not_found")


def listen() -> None:
    announcements.sessions_ended.append(_sessions_ended)


def _sessions_ended(session_ids: Iterable[int]) -> list[Entry]:
    drop_devices(Device.objects.filter(session_id__in=list(session_ids)), REMOVED)
    return []


def device_output(device: Device) -> DeviceOutput:
    return DeviceOutput(
        id=str(device.pk),
        platform=device.platform,  # type: ignore[arg-type]
        session=str(device.session_id),
        created_at=moment(device.created_at),
    )


def _address(given: DeviceGiven) -> str:
    """The token, or the endpoint of a subscription that can be pushed to."""
    if (given.platform == "web") != (given.token is UNSET):
        raise invalid("/token", "A browser has a subscription, an app has a token.")
    if (given.token is UNSET) == (given.subscription is UNSET):
        raise invalid("/subscription", "Either a token or a subscription.")
    if isinstance(given.token, str):
        return given.token
    subscription: Any = given.subscription
    try:
        check_endpoint(subscription.endpoint)
    except NotPublic:
        raise invalid("/subscription/endpoint", "This is no public https address.") from None
    if not are_keys(subscription.keys.p256dh, subscription.keys.auth):
        raise invalid("/subscription/keys", "These are no keys of a subscription.")
    return str(subscription.endpoint)


def _subscription(given: DeviceGiven) -> dict[str, Any] | None:
    if given.subscription is UNSET:
        return None
    kept: dict[str, Any] = msgspec.to_builtins(given.subscription)
    kept.pop("expirationTime", None)
    return kept
