"""Entering by phone number, and changing one's number."""

from __future__ import annotations

from msgspec import UNSET

from accounts.doors import inputs, limits, wire
from accounts.doors.devices import Device
from accounts.models import Challenge, Purpose
from accounts.reading.selectors import find_by_phone
from accounts.services import challenges, texting
from accounts.services.addresses import replace_destination
from accounts.services.names import NAMELESS, normal_name
from accounts.services.registration import create_user
from accounts.services.sessions import open_session


def start(*, given: inputs.Phoned, device: Device) -> wire.Challenge:
    """Send a code to the number, the same way whether it has an account or not."""
    return texting.send_code(Purpose.LOGIN, given.phone, region=_region(given), device=device)


def enter(*, given: inputs.EnterByPhone, device: Device) -> wire.Tokens:
    """Log in the person who has this number, or make an account for it."""
    limits.charge(limits.VERIFY_BY_NETWORK.on(device.network))
    name = NAMELESS if given.name is UNSET else normal_name(given.name)
    invite = None if given.invite is UNSET else given.invite

    def let_in(challenge: Challenge) -> wire.Tokens:
        phone = challenge.destination
        user = find_by_phone(phone)
        if user is not None:
            return open_session(user, device)
        user = create_user(name=name, invite=invite, phone=phone, phone_verified=True)
        return open_session(user, device, created=True)

    answered = inputs.Answered(challenge=given.challenge, code=given.code)
    return challenges.redeem(answered, Purpose.LOGIN, let_in, device=device)


def start_change(*, user_id: int, given: inputs.Phoned, device: Device) -> wire.Challenge:
    """Send a code to the new number, or a notice to the person who has it already."""
    return texting.send_code(
        Purpose.PHONE, given.phone, region=_region(given), device=device, user_id=user_id
    )


def finish_change(*, user_id: int, session_id: int, given: inputs.Answered) -> wire.Me:
    """The new number replaces the old one. Raises what `redeem` raises, and `identity_taken`."""
    return challenges.redeem(
        given,
        Purpose.PHONE,
        lambda challenge: replace_destination(challenge, "phone", session_id),
        user_id=user_id,
    )


def _region(given: inputs.Phoned) -> str | None:
    return None if given.region is UNSET else given.region
