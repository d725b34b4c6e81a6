"""Signing up by e-mail. The account is made when the code comes back, so nobody holds an address
that they have not proved to own."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from msgspec import UNSET

from accounts.doors import announcements, inputs, limits, wire
from accounts.doors.devices import Device
from accounts.letters.destinations import normal_email
from accounts.models import Challenge, Purpose, User
from accounts.services import challenges, claims, mailing, names, passwords, usernames
from accounts.services.sessions import open_session
from project.errors import Problem
from project.sync.log import append_and_tell_on_commit, open_log

NOBODYS = Device()


def register(*, given: inputs.RegisterByEmail, device: Device) -> wire.Challenge:
    """Send a code to the address, or a notice if it has an account already. Here nothing depends on
    which of the two it will be, so neither answer nor time tells."""
    name = names.normal_name(given.name)
    email = mailing.admitted(given.email, device)
    payload = {
        "name": name,
        "password": passwords.hashed(given.password, User(email=email, name=name)),
        "invite": None if given.invite is UNSET else given.invite,
    }
    return mailing.send_code(Purpose.REGISTER, email, payload=payload)


def verify_registration(*, given: inputs.Answered, device: Device) -> wire.Tokens:
    """Make the account and log the device in. Raises what `challenges.redeem` raises, and
    `identity_taken` if the address got an account meanwhile."""
    limits.charge(limits.VERIFY_BY_NETWORK.on(device.network))

    def make(challenge: Challenge) -> wire.Tokens:
        payload = challenge.payload
        user = create_user(
            name=payload["name"],
            invite=payload["invite"],
            email=challenge.destination,
            email_verified=True,
            password=payload["password"],
        )
        Challenge.objects.filter(pk=challenge.pk).update(payload={})
        return open_session(user, device, created=True)

    return challenges.redeem(given, Purpose.REGISTER, make, device=device)


def create_user(*, name: str, invite: str | None = None, **identities: Any) -> User:
    """A person with a log of their own. Call it in a transaction. `identities` are proved e-mail,
    phone, and password hash. Raises `identity_taken`."""
    for _ in range(5):
        try:
            with transaction.atomic():
                user = User.objects.create(
                    name=name, username=usernames.suggestion(name), **identities
                )
                break
        except IntegrityError as error:
            if "username" not in str(error):
                raise Problem("identity_taken") from None
    else:
        raise Problem("unavailable", "No free username was found.", retry_after=1)
    open_log(user.pk)
    heard = [listener(user.pk, invite) for listener in announcements.person_joined]
    if entries := announcements.entries_of(claims.strip_unproved(user), *heard):
        append_and_tell_on_commit(entries)
    user.refresh_from_db()
    return user


@transaction.atomic
def create_person(
    *, email: str, password: str, name: str, device: Device = NOBODYS
) -> tuple[User, wire.Tokens]:
    """An account whose address counts as proved, and a session; without mail. For the demo
    accounts, tests and benchmarks. Raises `identity_taken`."""
    user = create_user(
        name=name, email=normal_email(email), email_verified=True, password=make_password(password)
    )
    return user, open_session(user, device, created=True)
