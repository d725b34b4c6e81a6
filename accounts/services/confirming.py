"""Proving again, right now, that it is oneself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from msgspec import UNSET

from accounts.doors import inputs, limits, wire
from accounts.doors.devices import Device
from accounts.letters import notices
from accounts.models import Purpose, Session, User
from accounts.services import challenges, mailing, texting, wrong_passwords
from project.errors import Problem, invalid

T = TypeVar("T")

RECENT = dt.timedelta(minutes=5)
"""For so long a login, or a proof from within, is good for linking and removing identities."""


def send_confirmation(*, user: User, device: Device) -> wire.Challenge:
    """A code to the person's own address, or number if there is no address. Raises `forbidden` when
    there is neither."""
    channels = notices.channels_of(user)
    if not channels:
        raise Problem("forbidden", "There is no proved address or number to send a code to.")
    channel, destination = channels[0]
    if channel == "sms":
        return texting.send_code(Purpose.CONFIRM, destination, device=device, user_id=user.pk)
    address = mailing.admitted(destination, device)
    return mailing.send_code(Purpose.CONFIRM, address, user_id=user.pk)


def confirm(*, session: Session, given: inputs.Confirmation, device: Device) -> None:
    """Note that the person has just proved that it is them. Raises what `confirmed` raises."""
    own = Session.objects.filter(pk=session.pk)
    confirmed(session, given, lambda: own.update(proved_at=timezone.now()), device)


def require_recent_proof(session: Session) -> None:
    """Whoever holds a session that somebody left open must not make it theirs for good. Raises
    `forbidden` with `reason` `reauthenticate`, to be followed by `confirm`."""
    if not _is_recent(session):
        raise Problem("forbidden", "Prove first that it is you.", reason="reauthenticate")


def _is_recent(session: Session) -> bool:
    return timezone.now() - (session.proved_at or session.created_at) <= RECENT


def confirmed(
    session: Session, given: inputs.Confirmation, then: Callable[[], T], device: Device
) -> T:
    """What `then` does, in a transaction, once the password or the code is right.

    Who has neither a password nor anywhere to send a code to (they enter by another company) must
    have logged in just now. Raises `bad_credentials`, `forbidden` or what `redeem` raises.
    """
    user = session.user
    if given == inputs.Confirmation() and not (user.has_password or notices.channels_of(user)):
        return _fresh(session, then)
    if given.challenge is not UNSET and given.code is not UNSET and given.password is UNSET:
        answered = inputs.Answered(challenge=given.challenge, code=given.code)
        return challenges.redeem(
            answered, Purpose.CONFIRM, lambda _: then(), user_id=user.pk, device=device
        )
    if given.password is UNSET or given.challenge is not UNSET or given.code is not UNSET:
        raise invalid("/password", "Either the password or a challenge and its code is needed.")
    limits.charge(limits.CONFIRM_BY_USER.on(user.pk))
    if not is_own_password(session, given.password):
        raise Problem("bad_credentials", "The password is another one.")
    with transaction.atomic():
        return then()


def is_own_password(session: Session, password: str) -> bool:
    """Whether it is that of the session's person. Whoever guesses from within is counted too."""
    device = session.device_hash
    known = None if device is None else bytes(device)
    return wrong_passwords.is_right(session.user, password, name="", device=known)


def _fresh(session: Session, then: Callable[[], T]) -> T:
    if not _is_recent(session):
        detail = "Log in again first, then repeat this within five minutes."
        raise Problem("forbidden", detail, reason="reauthenticate")
    with transaction.atomic():
        return then()
