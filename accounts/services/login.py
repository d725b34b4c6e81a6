"""Logging in by password."""

from __future__ import annotations

from accounts.credentials.hashing import password_matches
from accounts.doors import inputs, limits, wire
from accounts.doors.devices import Device
from accounts.letters.destinations import normal_email
from accounts.reading.selectors import find_by_email
from accounts.services.sessions import open_session
from project.errors import Problem


def log_in(*, given: inputs.LoginByEmail, device: Device) -> wire.Tokens:
    """Raises `bad_credentials`, after the same work whichever of the two is wrong. Only wrong
    passwords use up what a network may try at an account."""
    email = normal_email(given.email)
    tries = limits.LOGIN_BY_ACCOUNT_AND_NETWORK.on(f"{email} {device.network}")
    limits.charge(
        limits.LOGIN_BY_NETWORK.on(device.network),
        tries,
        limits.LOGIN_BY_ACCOUNT.on(email),
    )
    user = find_by_email(email)
    if not password_matches(user, given.password):
        raise Problem("bad_credentials")
    assert user is not None
    tokens = open_session(user, device)
    limits.forget(tries)
    return tokens
