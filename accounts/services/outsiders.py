"""Messages of other apps to people who may be no members, and proof that a number or address is
theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from accounts.doors import inputs, limits, wire
from accounts.doors.devices import Device
from accounts.letters import delivery, sms
from accounts.letters.writing import Letter
from accounts.models import Challenge, Purpose
from accounts.reading.selectors import find_by_email, find_by_phone
from accounts.services import challenges, mailing, pumping, texting

T = TypeVar("T")


def require_reachable(channel: str, to: str) -> None:
    """Raises `unavailable` where no text messages can be sent, and `validation` for numbers that
    none are sent to."""
    if channel == "sms":
        sms.require_backend()
        pumping.require_served(to)


def charge_message(channel: str) -> None:
    """Count a letter that is about to be sent. Raises `rate_limited` when no more text messages
    are paid for today."""
    if channel == "sms":
        pumping.charge_unasked()


def send_letter(channel: str, to: str, subject: str, paragraphs: tuple[str, ...]) -> None:
    """By `email` or `sms`, which gets the first paragraph. Raises what the carrier raises."""
    delivery.send(channel, to, Letter(subject, paragraphs))


def ask_owner(*, email: str | None, phone: str | None, device: Device) -> wire.Challenge:
    """A code to exactly one of the two, whoever has it; members get none."""
    if phone is not None:
        return texting.send_code(Purpose.OPT_OUT, phone, device=device)
    return mailing.send_code(Purpose.OPT_OUT, mailing.admitted(email or "", device))


def owner_answered(
    *, given: inputs.Answered, device: Device, then: Callable[[str, str], T]
) -> T | None:
    """What `then` makes of (`sms` or `email`, the destination) that is proved now, in one
    transaction; nothing is done for members. Raises what `challenges.redeem` raises."""
    limits.charge(limits.VERIFY_BY_NETWORK.on(device.network))

    def act(challenge: Challenge) -> T | None:
        find = find_by_email if challenge.channel == "email" else find_by_phone
        if find(challenge.destination) is not None:
            return None
        return then(challenge.channel, challenge.destination)

    return challenges.redeem(given, Purpose.OPT_OUT, act, device=device)
