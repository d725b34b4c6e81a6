"""Passwords: forgotten, chosen anew, changed."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from msgspec import UNSET

from accounts.doors import inputs, limits, wire
from accounts.doors.devices import Device
from accounts.letters import notices
from accounts.models import Challenge, Purpose, Session, User
from accounts.reading.selectors import find_by_email, find_by_phone
from accounts.services import challenges, claims, mailing, passwords, texting, wrong_passwords
from accounts.services.confirming import is_own_password
from accounts.services.sessions import end_sessions, open_session
from project.errors import Problem, invalid
from project.sync.log import Entry, append_and_tell_on_commit


def forget_password(*, given: inputs.ForgottenPassword, device: Device) -> wire.Challenge:
    """A challenge, always. Whether anybody is there to get a code is known to the worker alone."""
    if (given.email is UNSET) == (given.phone is UNSET):
        raise invalid("/email", "Either an e-mail address or a phone number is needed.")
    if given.phone is not UNSET:
        return texting.send_code(Purpose.RESET, given.phone, device=device)
    return mailing.send_code(Purpose.RESET, mailing.admitted(str(given.email), device))


def reset_password(*, given: inputs.NewPassword, device: Device) -> wire.Tokens:
    """Set a new password and log in here; every other session ends, and changes of address that
    somebody else may have started are void."""
    limits.charge(limits.VERIFY_BY_NETWORK.on(device.network))
    password = passwords.hashed(given.password, User())
    answered = inputs.Answered(challenge=given.challenge, code=given.code)

    def renew(challenge: Challenge) -> wire.Tokens:
        find = find_by_email if challenge.channel == "email" else find_by_phone
        user = find(challenge.destination)
        if user is None:
            raise Problem("challenge_spent")
        claims.drop_pending(user.pk)
        entries = _set_password(user, password, but=0)
        tokens = open_session(user, device, created=False)
        append_and_tell_on_commit(entries)
        return tokens

    return challenges.redeem(answered, Purpose.RESET, renew, device=device)


def change_password(*, session: Session, given: inputs.PasswordChange) -> None:
    """Raises `bad_credentials` for a wrong old password. Other sessions end."""
    user = session.user
    limits.charge(limits.CONFIRM_BY_USER.on(user.pk))
    if not is_own_password(session, given.old_password):
        raise Problem("bad_credentials", "The old password is another one.")
    password = passwords.hashed(given.new_password, user, "/new_password")
    with transaction.atomic():
        append_and_tell_on_commit(_set_password(user, password, but=session.pk))


def _set_password(user: User, password: str, *, but: int) -> list[Entry]:
    user.password = password
    user.save(update_fields=["password"])
    wrong_passwords.forget(user.pk)
    notices.tell_owner_on_commit(user, "password_changed")
    return [Entry(user.pk, "me.updated"), *end_sessions(user.pk, ~Q(pk=but))]
