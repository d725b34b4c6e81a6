"""Codes by text message: sparingly, since each costs money and rings somebody's telephone."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.doors import limits, wire
from accounts.doors.devices import Device
from accounts.letters import sms
from accounts.letters.destinations import normal_phone
from accounts.models import Challenge, Purpose
from accounts.services import challenges, cooling, pumping, sms_counts
from project.fixed_codes import fixed_code

PREFIX = 8
"""Numbers that share `+` and seven digits count as one range."""


def send_code(
    purpose: Purpose,
    phone: str,
    *,
    device: Device,
    region: str | None = None,
    user_id: int | None = None,
) -> wire.Challenge:
    """A challenge to a number, whoever has it. While the number rests, asking again from the same
    network brings the same challenge and no second message, and others are refused. A number whose
    code is fixed costs nothing, so it always gets a new challenge and is not counted.

    Raises `validation`, `rate_limited`, and `unavailable` where no messages can be sent.
    """
    target = challenges.Target("sms", normal_phone(phone, region))
    if fixed_code(target.destination):
        limits.charge(limits.REGISTER_BY_NETWORK.on(device.network))
        with transaction.atomic():
            challenge = challenges.issue(purpose, target, user_id=user_id)
        return challenges.output(challenge, resend_in=cooling.FIRST["sms"])
    sms.require_backend()
    network = sms_counts.network_key(device.network)
    left = _rest_of(target.destination)
    sent = _still_good(purpose, target.destination, network, user_id) if left else None
    if sent is not None:
        return challenges.output(sent, resend_in=left)
    if left:
        limits.refuse("sms.rest", left)
    _charge(target.destination, device, network)
    with transaction.atomic():
        pumping.charge(target.destination, network)
        payload = {"network": network}
        challenge = challenges.issue(purpose, target, user_id=user_id, payload=payload)
    return challenges.output(challenge, resend_in=_rest_of(target.destination))


def _rest_of(number: str) -> float:
    """In how many seconds this number may have the next code."""
    rates = limits.seconds_left(*_rates_of_number(number))
    return max(cooling.seconds_left("sms", number), rates)


def _still_good(
    purpose: Purpose, number: str, network: str, user_id: int | None
) -> Challenge | None:
    sent = Challenge.objects.filter(
        Q(user_id=user_id),
        purpose=purpose,
        destination=number,
        used_at=None,
        attempts__lt=challenges.TRIES,
        expires_at__gt=timezone.now(),
        payload__network=network,
    )
    return sent.order_by("-created_at").first()


def _charge(number: str, device: Device, network: str) -> None:
    limits.charge(*_rates_of_number(number), *_rates_of_many(number, device, network))


def _rates_of_number(number: str) -> Iterator[limits.Charge]:
    for rate in (limits.SMS_GAP, limits.SMS_TO_NUMBER, limits.SMS_TO_NUMBER_A_DAY):
        yield rate.on(number)


def _rates_of_many(number: str, device: Device, network: str) -> Iterator[limits.Charge]:
    if not pumping.is_trying_out(network):
        yield limits.SMS_TO_PREFIX.on(number[:PREFIX])
        yield limits.SMS_BY_NETWORK.on(device.network)
