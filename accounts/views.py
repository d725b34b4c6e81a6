"""Accounts' REST door."""

from __future__ import annotations

from rest_framework.request import Request

from accounts import selectors, shapes, wire
from accounts.authentication import current_session, person_of
from accounts.devices import device_of
from accounts.listing import list_blocks
from accounts.services import blocks, login, profile, registration, sessions, tickets
from project.rest import Answer, Operations

operations = Operations("accounts")

CODE_ERRORS = ("wrong_code", "challenge_spent")


@operations.add(
    "POST",
    "/auth/email/register",
    body=wire.RegisterByEmail,
    answers={202: wire.Challenge},
    public=True,
)
def register_by_email(request: Request, *, body: wire.RegisterByEmail) -> Answer:
    """Sign up by e-mail: a code is sent to the address"""
    return Answer(registration.register(given=body, device=device_of(request)), 202)


@operations.add(
    "POST",
    "/auth/email/verify",
    body=wire.Answered,
    answers={200: wire.Tokens},
    public=True,
    errors=(*CODE_ERRORS, "identity_taken"),
)
def verify_email(request: Request, *, body: wire.Answered) -> wire.Tokens:
    """Give the code that came: the account is made and the device logged in"""
    return registration.verify_registration(given=body, device=device_of(request))


@operations.add(
    "POST",
    "/auth/email/login",
    body=wire.LoginByEmail,
    answers={200: wire.Tokens},
    public=True,
    errors=("bad_credentials",),
)
def log_in_by_email(request: Request, *, body: wire.LoginByEmail) -> wire.Tokens:
    """Log in by e-mail and password"""
    return login.log_in(given=body, device=device_of(request))


@operations.add(
    "POST",
    "/auth/refresh",
    body=wire.Refresh,
    answers={200: wire.Tokens},
    public=True,
    errors=("unauthenticated",),
)
def refresh(request: Request, *, body: wire.Refresh) -> wire.Tokens:
    """Exchange a refresh token for an access token and the next refresh token"""
    return sessions.refresh_tokens(refresh=body.refresh, device=device_of(request))


@operations.add("POST", "/auth/logout", answers={204: None})
def log_out(request: Request) -> None:
    """End this session"""
    sessions.revoke(user_id=person_of(request).pk, session_id=current_session(request).pk)


@operations.add("GET", "/auth/sessions", answers={200: wire.SessionList})
def list_sessions(request: Request) -> wire.SessionList:
    """The devices that are logged in, this one first"""
    found = sessions.list_sessions(
        user_id=person_of(request).pk, current=current_session(request).pk
    )
    return wire.SessionList(results=list(found))


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


@operations.add("GET", "/me", answers={200: wire.Me})
def show_me(request: Request) -> wire.Me:
    """Oneself"""
    return shapes.me_output(person_of(request))


@operations.add("PATCH", "/me", body=wire.ProfileChange, answers={200: wire.Me})
def change_me(request: Request, *, body: wire.ProfileChange) -> wire.Me:
    """Change one's profile and privacy; what is absent stays"""
    return profile.change_profile(user_id=person_of(request).pk, given=body)


@operations.add("GET", "/users/{user}", answers={200: wire.User}, errors=("not_found",))
def show_user(request: Request, user: str) -> wire.User:
    """A person"""
    return shapes.user_output(selectors.get_user(user))


@operations.add("GET", "/users", query=wire.UsersQuery, answers={200: wire.UserList})
def find_users(request: Request, *, query: wire.UsersQuery) -> wire.UserList:
    """The person with exactly this username, as a list of one or none"""
    found = selectors.find_by_username(query.username)
    return wire.UserList(results=[shapes.user_output(found)] if found else [])


@operations.add("GET", "/blocks", query=wire.PageQuery, answers={200: wire.BlockList})
def show_blocks(request: Request, *, query: wire.PageQuery) -> wire.BlockList:
    """Whom one has blocked, newest first"""
    return list_blocks(person_of(request).pk, query)


@operations.add("PUT", "/blocks/{user}", answers={204: None}, errors=("not_found",))
def block(request: Request, user: str) -> None:
    """Block a person"""
    blocks.block(user_id=person_of(request).pk, other=user)


@operations.add("DELETE", "/blocks/{user}", answers={204: None}, errors=("not_found",))
def unblock(request: Request, user: str) -> None:
    """Lift a block"""
    blocks.unblock(user_id=person_of(request).pk, other=user)
