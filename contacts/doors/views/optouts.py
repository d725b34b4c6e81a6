"""Leaving the address books of others."""

from __future__ import annotations

from rest_framework.request import Request

from accounts.public import Answered, ChallengeOutput, device_of
from contacts.doors import inputs
from contacts.services import opting_out
from project.rest import Answer, Operations

operations = Operations("contacts")


@operations.add(
    "POST",
    "/contacts/optout",
    body=inputs.OptOutGiven,
    answers={202: ChallengeOutput},
    public=True,
)
def ask_to_opt_out(request: Request, *, body: inputs.OptOutGiven) -> Answer:
    """Ask for a code to be taken out of all address books; for people who are no members"""
    return Answer(opting_out.ask(given=body, device=device_of(request._request)), 202)


@operations.add(
    "POST",
    "/contacts/optout/verify",
    body=Answered,
    answers={204: None},
    public=True,
    errors=("wrong_code", "challenge_spent"),
)
def opt_out(request: Request, *, body: Answered) -> None:
    """Give the code that came: out of all books, and no more invitations"""
    opting_out.opt_out(given=body, device=device_of(request._request))
