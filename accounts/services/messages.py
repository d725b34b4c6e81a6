"""Which message a challenge sends."""

from __future__ import annotations

import datetime as dt

from accounts import delivery, letters
from accounts.models import Challenge, Purpose
from accounts.selectors import find_by_email
from accounts.services.challenges import code_of


def deliver(token: str, now: dt.datetime) -> None:
    """Send the message of a challenge that can still be answered. Sending twice does no harm."""
    challenge = Challenge.objects.filter(token=token, used_at=None, expires_at__gt=now).first()
    if challenge is not None:
        delivery.send_mail(challenge.destination, _letter(challenge))


def _letter(challenge: Challenge) -> letters.Letter:
    if challenge.purpose == Purpose.REGISTER and find_by_email(challenge.destination):
        return letters.already_registered()
    return letters.code_letter(challenge.purpose, code_of(challenge))
