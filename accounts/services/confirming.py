"""Proving again, right now, that it is oneself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from msgspec import UNSET

from accounts import limits, notices, wire
from accounts.devices import Device
from accounts.hashing import password_matches
from accounts.models import Purpose, User
from accounts.services import challenges, texting
from project.errors import Problem, invalid

T = TypeVar("T")


def send_confirmation(*, user: User, device: Device) -> wire.Challenge:
    """A code to the person's own address, or number if there is no address. Raises `forbidden` when
    there is neither."""
    channels = notices.channels_of(user)
    if not channels:
        raise Problem("forbidden", "There is no proved address or number to send a code to.")
    channel, destination = channels[0]
    if channel == "sms":
        return texting.send_code(Purpose.CONFIRM, destination, device=device, user_id=user.pk)
    limits.charge(limits.MAIL_TO_ADDRESS.on(destination))
    with transaction.atomic():
        target = challenges.Target(channel, destination)
        challenge = challenges.issue(Purpose.CONFIRM, target, user_id=user.pk)
    return challenges.output(challenge)


def confirmed(user: User, given: wire.Confirmation, then: Callable[[], T]) -> T:
    """What `then` does, in a transaction, once the password or the code is right. Raises
    `bad_credentials` or what `challenges.redeem` raises."""
    if given.challenge is not UNSET and given.code is not UNSET and given.password is UNSET:
        answered = wire.Answered(challenge=given.challenge, code=given.code)
        return challenges.redeem(answered, Purpose.CONFIRM, lambda _: then(), user_id=user.pk)
    if given.password is UNSET or given.challenge is not UNSET or given.code is not UNSET:
        raise invalid("/password", "Either the password or a challenge and its code is needed.")
    limits.charge(limits.CONFIRM_BY_USER.on(user.pk))
    if not password_matches(user, given.password):
        raise Problem("bad_credentials", "The password is another one.")
    with transaction.atomic():
        return then()
