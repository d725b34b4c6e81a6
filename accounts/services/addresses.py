"""Changing one's e-mail address or phone number. The new one counts when its code came back."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.doors import announcements, inputs, wire
from accounts.doors.devices import Device
from accounts.letters import destinations, notices
from accounts.models import Challenge, Purpose
from accounts.reading import shapes
from accounts.reading.selectors import lock_person
from accounts.services import challenges, claims, mailing
from accounts.services.sessions import end_sessions
from project.errors import Problem
from project.sync.log import Entry, append_and_tell_on_commit


def start_email_change(*, user_id: int, given: inputs.Addressed, device: Device) -> wire.Challenge:
    """Send a code to the new address, or a notice to the person who has it already."""
    email = mailing.admitted(given.email, device)
    return mailing.send_code(Purpose.EMAIL, email, user_id=user_id)


def finish_email_change(*, user_id: int, session_id: int, given: inputs.Answered) -> wire.Me:
    """The new address replaces the old one, which gets a notice. Raises what `redeem` raises, and
    `identity_taken`."""
    return challenges.redeem(
        given,
        Purpose.EMAIL,
        lambda challenge: replace_destination(challenge, "email", session_id),
        user_id=user_id,
    )


def replace_destination(challenge: Challenge, field: str, session_id: int) -> wire.Me:
    """Put the proved destination in; other devices must log in again when one replaced another."""
    user = lock_person(challenge.user_id or 0)
    reached = notices.channels_of(user)
    old = getattr(user, field) if getattr(user, f"{field}_verified") else None
    setattr(user, field, challenge.destination)
    setattr(user, f"{field}_verified", True)
    try:
        with transaction.atomic():
            user.save(update_fields=[field, f"{field}_verified"])
    except IntegrityError:
        raise Problem("identity_taken") from None
    entries = [Entry(user.pk, "me.updated"), *claims.strip_unproved(user)]
    if old is not None and old != challenge.destination:
        entries += end_sessions(user.pk, ~Q(pk=session_id))
    if old != challenge.destination:
        shown = destinations.masked(challenge.destination)
        notices.tell_owner_on_commit(user, f"{field}_changed", shown, channels=reached)
        for listener in announcements.identity_changed:
            entries += listener(user.pk, field, old, challenge.destination)
    append_and_tell_on_commit(announcements.entries_of(entries))
    return shapes.me_output(user)
