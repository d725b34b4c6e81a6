"""The devices that are logged in, and their way to a socket."""

from __future__ import annotations

from rest_framework.request import Request

from accounts.doors import inputs, wire
from accounts.doors.authentication import current_session, person_of
from accounts.reading import listing, selectors
from accounts.services import sessions, tickets
from project.rest import Operations

operations = Operations("accounts")


@operations.add("POST", "/auth/logout", answers={204: None})
def log_out(request: Request) -> None:
    """End this session"""
    sessions.log_out(user_id=person_of(request).pk, session_id=current_session(request).pk)


@operations.add("GET", "/auth/sessions", query=inputs.PageQuery, answers={200: wire.SessionList})
def list_sessions(request: Request, *, query: inputs.PageQuery) -> wire.SessionList:
    """The devices that are logged in: this one, then the others, newest first"""
    return listing.list_sessions(person_of(request).pk, current_session(request).pk, query)


@operations.add("DELETE", "/auth/sessions/{session}", answers={204: None}, errors=("not_found",))
def revoke_session(request: Request, session: str) -> None:
    """Log one device out"""
    found = selectors.get_session(person_of(request).pk, session)
    sessions.revoke(user_id=person_of(request).pk, session_id=found.pk)


@operations.add("DELETE", "/auth/sessions", answers={204: None})
def revoke_other_sessions(request: Request) -> None:
    """Log all devices out but this one"""
    sessions.revoke_others(user_id=person_of(request).pk, but=current_session(request).pk)


@operations.add("POST", "/auth/ticket", answers={200: wire.Ticket})
def issue_ticket(request: Request) -> wire.Ticket:
    """A ticket that opens one socket, for clients that can set no header"""
    return tickets.issue_ticket(current_session(request))
