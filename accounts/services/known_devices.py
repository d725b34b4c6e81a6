"""Devices that an account knows: each has wrong codes of its own to spend, so that a stranger who
spends those of a number or an address does not lock its owner out.

A device is known by a random token that outlives logging out. Sessions keep its hash, until the
device is sent away: from another one, or by a new password, address or number.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection

from django.db.models import Q

from accounts.doors.devices import Device
from accounts.models import Challenge, Session
from project.keys import data_keys

KNOWN = 4
"""The most devices of an account that count for themselves: those used last. Together with the
common count they bound what can be guessed of one destination in a day."""


def token_for(device: Device) -> str:
    """The token that this device has from us, or a new one."""
    held = Session.objects.filter(device_hash=digest(device.token)) if device.token else None
    return device.token if held is not None and held.exists() else secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


def counted_for(challenge: Challenge, device: Device) -> str:
    """What wrong answers to the challenge are counted under: its destination, or for a device that
    the destination's owner knows a keyed hash of both."""
    if not device.token or digest(device.token) not in _known_to_owner(challenge):
        return challenge.destination
    both = f"{device.token} {challenge.destination}".encode()
    return f"device {hmac.digest(data_keys('known device')[0], both, 'sha256').hex()}"


def _known_to_owner(challenge: Challenge) -> list[bytes]:
    """Of the owner and nobody else: with devices of their own anybody could guess on and on."""
    return _known_to("email" if challenge.channel == "email" else "phone", challenge.destination)


def known_by_email(email: str, device: Device) -> bytes | None:
    """The hash of the device, if whoever proved to own the address knows it."""
    given = digest(device.token)
    return given if device.token and given in _known_to("email", email) else None


def _known_to(field: str, destination: str) -> list[bytes]:
    owner = Q(
        user__is_active=True,
        user__left_at=None,
        **{f"user__{field}": destination, f"user__{field}_verified": True},
    )
    known = Session.objects.filter(owner, device_hash__isnull=False).order_by("-last_used_at")
    hashes = (bytes(found or b"") for found in known.values_list("device_hash", flat=True))
    return list(dict.fromkeys(hashes))[:KNOWN]


def forget(user_id: int, sessions: Collection[int], *, but: Collection[int]) -> None:
    """The devices of these sessions are strangers from now on, unless they hold one of `but`."""
    own = Session.objects.filter(user_id=user_id, device_hash__isnull=False)
    kept = own.filter(pk__in=but).values("device_hash")
    sent_away = own.filter(pk__in=sessions).values("device_hash")
    own.filter(device_hash__in=sent_away).exclude(device_hash__in=kept).update(device_hash=None)
