"""Invitations."""

from __future__ import annotations

from rest_framework.request import Request

from contacts.doors import inputs, wire
from contacts.doors.limits import INVITING
from contacts.inviting import inviting
from contacts.reading import listing
from contacts.services import invites
from project.rest import Operations, caller

operations = Operations("contacts")


@operations.add(
    "POST",
    "/contacts/invites",
    body=inputs.InviteGiven,
    answers={200: wire.InviteResults},
    rate=INVITING,
)
def invite(request: Request, *, body: inputs.InviteGiven) -> wire.InviteResults:
    """Invite contacts, each with its own outcome, or give out one's own link"""
    request_id = request._request.request_id  # type: ignore[attr-defined]
    return inviting.invite(user_id=caller(request), given=body, request_id=request_id)


@operations.add("GET", "/contacts/invites", query=inputs.PageQuery, answers={200: wire.InvitePage})
def list_invites(request: Request, *, query: inputs.PageQuery) -> wire.InvitePage:
    """My invitations, newest first"""
    return listing.list_invites(caller(request), query)


@operations.add("DELETE", "/contacts/invites/{id}", answers={204: None}, errors=("not_found",))
def revoke_invite(request: Request, *, id: str) -> None:
    """Revoke an invitation; its link is good for nothing any more"""
    invites.revoke(user_id=caller(request), number=id)


@operations.add(
    "GET",
    "/invites/{token}",
    answers={200: wire.Invitation},
    public=True,
    errors=("not_found",),
)
def show_invitation(request: Request, *, token: str) -> wire.Invitation:
    """Who invites, for somebody who holds the link"""
    return invites.open_invitation(token=token)
