"""Passwords, addresses and numbers: lost, changed, proved again; and leaving."""

from __future__ import annotations

from rest_framework.request import Request

from accounts.doors import inputs, wire
from accounts.doors.authentication import current_session, person_of
from accounts.doors.devices import device_of
from accounts.services import addresses, confirming, exporting, leaving, phones, recovery
from project.rest import Answer, Operations

operations = Operations("accounts")

CODE_ERRORS = ("wrong_code", "challenge_spent")


@operations.add(
    "POST",
    "/auth/password/forgot",
    body=inputs.ForgottenPassword,
    answers={202: wire.Challenge},
    public=True,
)
def forget_password(request: Request, *, body: inputs.ForgottenPassword) -> Answer:
    """Ask for a code to set a new password with; the answer is always the same"""
    return Answer(recovery.forget_password(given=body, device=device_of(request)), 202)


@operations.add(
    "POST",
    "/auth/password/reset",
    body=inputs.NewPassword,
    answers={200: wire.Tokens},
    public=True,
    errors=CODE_ERRORS,
)
def reset_password(request: Request, *, body: inputs.NewPassword) -> wire.Tokens:
    """Set a new password with the code that came; all other sessions end"""
    return recovery.reset_password(given=body, device=device_of(request))


@operations.add(
    "POST",
    "/auth/password/change",
    body=inputs.PasswordChange,
    answers={204: None},
    errors=("bad_credentials",),
)
def change_password(request: Request, *, body: inputs.PasswordChange) -> None:
    """Change one's password; all other sessions end"""
    recovery.change_password(session=current_session(request), given=body)


@operations.add("POST", "/auth/challenge", answers={202: wire.Challenge}, errors=("forbidden",))
def send_confirmation(request: Request) -> Answer:
    """A code to one's own address or number, to prove again that it is oneself"""
    challenge = confirming.send_confirmation(user=person_of(request), device=device_of(request))
    return Answer(challenge, 202)


@operations.add(
    "POST",
    "/auth/confirm",
    body=inputs.Confirmation,
    answers={204: None},
    errors=("bad_credentials", "forbidden", *CODE_ERRORS),
)
def confirm(request: Request, *, body: inputs.Confirmation) -> None:
    """Prove that it is oneself; for five minutes this session may link and remove identities"""
    confirming.confirm(session=current_session(request), given=body, device=device_of(request))


@operations.add("POST", "/me/email", body=inputs.Addressed, answers={202: wire.Challenge})
def start_email_change(request: Request, *, body: inputs.Addressed) -> Answer:
    """Send a code to one's new address"""
    challenge = addresses.start_email_change(
        user_id=person_of(request).pk, given=body, device=device_of(request)
    )
    return Answer(challenge, 202)


@operations.add(
    "POST",
    "/me/email/verify",
    body=inputs.Answered,
    answers={200: wire.Me},
    errors=(*CODE_ERRORS, "identity_taken"),
)
def finish_email_change(request: Request, *, body: inputs.Answered) -> wire.Me:
    """Give the code that came to the new address"""
    return addresses.finish_email_change(
        user_id=person_of(request).pk, session_id=current_session(request).pk, given=body
    )


@operations.add("POST", "/me/phone", body=inputs.Phoned, answers={202: wire.Challenge})
def start_phone_change(request: Request, *, body: inputs.Phoned) -> Answer:
    """Send a code to one's new number"""
    challenge = phones.start_change(
        user_id=person_of(request).pk, given=body, device=device_of(request)
    )
    return Answer(challenge, 202)


@operations.add(
    "POST",
    "/me/phone/verify",
    body=inputs.Answered,
    answers={200: wire.Me},
    errors=(*CODE_ERRORS, "identity_taken"),
)
def finish_phone_change(request: Request, *, body: inputs.Answered) -> wire.Me:
    """Give the code that came to the new number"""
    return phones.finish_change(
        user_id=person_of(request).pk, session_id=current_session(request).pk, given=body
    )


@operations.add(
    "DELETE",
    "/me",
    body=inputs.Confirmation,
    answers={202: wire.Erasure},
    errors=("bad_credentials", "forbidden", *CODE_ERRORS),
)
def leave(request: Request, *, body: inputs.Confirmation) -> Answer:
    """Delete one's account: gone at once, erased in the background"""
    erasure = leaving.leave(session=current_session(request), given=body, device=device_of(request))
    return Answer(erasure, 202)


@operations.add("POST", "/me/export", answers={202: wire.Export})
def request_export(request: Request) -> Answer:
    """Ask for a copy of one's own data"""
    return Answer(exporting.request_export(user_id=person_of(request).pk), 202)


@operations.add("GET", "/me/export/{export}", answers={200: wire.Export}, errors=("not_found",))
def show_export(request: Request, export: str) -> wire.Export:
    """How far the copy is, and where to fetch it"""
    return exporting.show_export(user_id=person_of(request).pk, export=export)
