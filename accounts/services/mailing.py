"""Codes by e-mail."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.doors import limits, wire
from accounts.doors.devices import Device
from accounts.letters.destinations import normal_email
from accounts.models import Purpose
from accounts.services import challenges, cooling


def admitted(email: str, device: Device) -> str:
    """The address in its normal form, one more message to it being counted. Raises `validation`
    and `rate_limited`."""
    address = normal_email(email)
    limits.charge(limits.REGISTER_BY_NETWORK.on(device.network), limits.MAIL_TO_ADDRESS.on(address))
    return address


@transaction.atomic
def send_code(
    purpose: Purpose,
    address: str,
    *,
    user_id: int | None = None,
    payload: dict[str, Any] | None = None,
) -> wire.Challenge:
    """A challenge to an admitted address, whoever has it. When to ask again is advice alone: each
    may be asked for with other words, so none can stand for another."""
    target = challenges.Target("email", address)
    challenge = challenges.issue(purpose, target, user_id=user_id, payload=payload)
    return challenges.output(challenge, resend_in=cooling.seconds_left("email", address))
