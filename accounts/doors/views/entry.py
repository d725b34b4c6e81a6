"""Ways in: signing up, logging in, staying in."""

from __future__ import annotations

from rest_framework.request import Request

from accounts.doors import inputs, wire
from accounts.doors.devices import device_of
from accounts.services import login, phones, registration, sessions
from project.rest import Answer, Operations

operations = Operations("accounts")

CODE_ERRORS = ("wrong_code", "challenge_spent")


@operations.add(
    "POST",
    "/auth/email/register",
    body=inputs.RegisterByEmail,
    answers={202: wire.Challenge},
    public=True,
)
def register_by_email(request: Request, *, body: inputs.RegisterByEmail) -> Answer:
    """Sign up by e-mail: a code is sent to the address"""
    return Answer(registration.register(given=body, device=device_of(request)), 202)


@operations.add(
    "POST",
    "/auth/email/verify",
    body=inputs.Answered,
    answers={200: wire.Tokens},
    public=True,
    errors=(*CODE_ERRORS, "identity_taken"),
)
def verify_email(request: Request, *, body: inputs.Answered) -> wire.Tokens:
    """Give the code that came: the account is made and the device logged in"""
    return registration.verify_registration(given=body, device=device_of(request))


@operations.add(
    "POST",
    "/auth/email/login",
    body=inputs.LoginByEmail,
    answers={200: wire.Tokens},
    public=True,
    errors=("bad_credentials",),
)
def log_in_by_email(request: Request, *, body: inputs.LoginByEmail) -> wire.Tokens:
    """Log in by e-mail and password"""
    return login.log_in(given=body, device=device_of(request))


@operations.add(
    "POST", "/auth/phone/start", body=inputs.Phoned, answers={202: wire.Challenge}, public=True
)
def start_by_phone(request: Request, *, body: inputs.Phoned) -> Answer:
    """Enter by phone: a code is sent to the number"""
    return Answer(phones.start(given=body, device=device_of(request)), 202)


@operations.add(
    "POST",
    "/auth/phone/verify",
    body=inputs.EnterByPhone,
    answers={200: wire.Tokens},
    public=True,
    errors=(*CODE_ERRORS, "identity_taken"),
)
def verify_phone(request: Request, *, body: inputs.EnterByPhone) -> wire.Tokens:
    """Give the code that came: log in, or get an account"""
    return phones.enter(given=body, device=device_of(request))


@operations.add(
    "POST",
    "/auth/refresh",
    body=inputs.Refresh,
    answers={200: wire.Tokens},
    public=True,
    errors=("unauthenticated",),
    unlimited="good tokens are charged to their session, as thousands may share a network",
)
def refresh(request: Request, *, body: inputs.Refresh) -> wire.Tokens:
    """Exchange a refresh token for an access token and the next refresh token"""
    return sessions.refresh_tokens(refresh=body.refresh, device=device_of(request))
