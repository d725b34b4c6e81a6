"""Logging in by password."""

from __future__ import annotations

from accounts.doors import inputs, limits, wire
from accounts.doors.devices import Device
from accounts.letters.destinations import normal_email
from accounts.reading.selectors import find_by_email
from accounts.services import known_devices, wrong_passwords
from accounts.services.sessions import open_session
from project.errors import Problem

DETAIL = (
    "Address or password are wrong, or too many wrong passwords were tried: then a known device, "
    "another way in or a new password gets in."
)


def log_in(*, given: inputs.LoginByEmail, device: Device) -> wire.Tokens:
    """Raises `bad_credentials`, after the same work whichever of the two is wrong, or once too many
    wrong passwords were tried. Only wrong ones use up what a network may try at an account."""
    email = normal_email(given.email)
    known = known_devices.known_by_email(email, device)
    tries = _charged(email, device, known)
    user = find_by_email(email)
    if not wrong_passwords.is_right(user, given.password, name=email, device=known):
        raise Problem("bad_credentials", DETAIL)
    assert user is not None
    tokens = open_session(user, device)
    limits.forget(tries)
    return tokens


def _charged(email: str, device: Device, known: bytes | None) -> limits.Charge:
    """A device that the account knows is charged for itself alone: what strangers try at the
    account, or others do in the same network, is no reason to keep its owner out."""
    if known is not None:
        tries = limits.LOGIN_BY_DEVICE.on(f"{email} {known.hex()}")
        limits.charge(tries)
        return tries
    tries = limits.LOGIN_BY_ACCOUNT_AND_NETWORK.on(f"{email} {device.network}")
    by_network = limits.LOGIN_BY_NETWORK.on(device.network)
    limits.charge(by_network, tries, limits.LOGIN_BY_ACCOUNT.on(email))
    return tries
