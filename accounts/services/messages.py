"""Which message a challenge sends, decided when it is sent."""

from __future__ import annotations

import datetime as dt

from accounts.doors import limits
from accounts.letters import delivery
from accounts.letters.writing import Letter, code_letter, notice_letter
from accounts.models import Challenge, Purpose
from accounts.reading.selectors import find_by_email, find_by_phone
from accounts.services.challenges import code_of
from project.errors import Problem


def deliver(token: str, now: dt.datetime) -> None:
    """Send the message of a challenge that can still be answered. Sending twice does no harm."""
    challenge = Challenge.objects.filter(token=token, used_at=None, expires_at__gt=now).first()
    letter = None if challenge is None else _letter(challenge)
    if challenge is not None and letter is not None:
        delivery.send(challenge.channel, challenge.destination, letter)


def notify(channel: str, destination: str, notice: str, detail: str) -> None:
    """Send a notice of `letters.NOTICES`. By text message only a few a day: else somebody could
    earn from changing their own account to and fro."""
    if channel == "sms":
        try:
            limits.charge(limits.SMS_NOTICES.on(destination))
        except Problem:
            return
    delivery.send(channel, destination, notice_letter(notice, detail))


def _letter(challenge: Challenge) -> Letter | None:
    """The code, unless it would get into wrong hands: then a notice for the owner, or nothing."""
    find = find_by_email if challenge.channel == "email" else find_by_phone
    owner = find(challenge.destination)
    match challenge.purpose:
        case Purpose.REGISTER if owner is not None:
            return notice_letter("already_registered")
        case Purpose.EMAIL | Purpose.PHONE if owner is not None and owner.pk != challenge.user_id:
            return notice_letter("address_in_use")
        case Purpose.RESET if owner is None:
            return None
        case Purpose.OPT_OUT if owner is not None:
            return None
    return code_letter(challenge.purpose, code_of(challenge))
