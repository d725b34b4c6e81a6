"""People who are no members and want to be in no book."""

from __future__ import annotations

from msgspec import UNSET

from accounts.public import Answered, ChallengeOutput, Device, ask_owner, owner_answered
from contacts import numbers
from contacts.doors.inputs import OptOutGiven
from contacts.matching import errands, keys
from contacts.models import OptOut
from contacts.models.matches import Errand
from project.errors import invalid


def ask(*, given: OptOutGiven, device: Device) -> ChallengeOutput:
    """A code to the number or address, to prove that it is one's own."""
    email = None if given.email is UNSET else given.email
    phone = None if given.phone is UNSET else given.phone
    if (email is None) == (phone is None):
        raise invalid("/phone", "Either a number or an address is needed.", "required")
    return ask_owner(email=email, phone=phone, device=device)


def opt_out(*, given: Answered, device: Device) -> None:
    """Out of all books, and no more invitations, until the owner registers. Nothing is done for
    members, who choose for themselves. Raises what a wrong code raises."""
    owner_answered(given=given, device=device, then=_opt_out)


def _opt_out(channel: str, destination: str) -> None:
    if channel == "sms":
        found = keys.hashes(keys.PHONE, numbers.alias(destination))
    else:
        found = keys.hashes(keys.EMAIL, destination)
    OptOut.objects.bulk_create([OptOut(key=key) for key in found], ignore_conflicts=True)
    errands.add(Errand.Kind.OPTED_OUT, keys=found)
