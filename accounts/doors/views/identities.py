"""Other companies' accounts as ways in."""

from __future__ import annotations

from msgspec import UNSET
from rest_framework.request import Request

from accounts.doors import inputs, limits, wire
from accounts.doors.authentication import current_session, person_of
from accounts.doors.devices import device_of
from accounts.letters import sms
from accounts.providers import Proof, facebook, google
from accounts.services import identities
from accounts.services.confirming import require_recent_proof
from project.errors import Problem, invalid
from project.rest import Operations

operations = Operations("accounts")

ENTRY_ERRORS = ("bad_credentials", "link_required")


@operations.add("GET", "/auth/providers", answers={200: wire.Providers}, public=True)
def show_providers(request: Request) -> wire.Providers:
    """Which ways in are set up here beside e-mail"""
    return wire.Providers(google=google.web_id(), facebook=facebook.web_id(), phone=sms.is_set_up())


@operations.add(
    "POST",
    "/auth/google",
    body=inputs.EnterByGoogle,
    answers={200: wire.Tokens},
    public=True,
    errors=ENTRY_ERRORS,
)
def enter_by_google(request: Request, *, body: inputs.EnterByGoogle) -> wire.Tokens:
    """Enter with Google: log in, or get an account"""
    device = device_of(request)
    limits.charge(limits.LOGIN_BY_NETWORK.on(device.network))
    proof = google.prove(body.id_token, body.nonce or None)
    return identities.enter(proof=proof, invite=body.invite or None, device=device)


@operations.add(
    "POST",
    "/auth/facebook",
    body=inputs.EnterByFacebook,
    answers={200: wire.Tokens},
    public=True,
    errors=ENTRY_ERRORS,
)
def enter_by_facebook(request: Request, *, body: inputs.EnterByFacebook) -> wire.Tokens:
    """Enter with Facebook, by an access token or by the ID token of Limited Login"""
    device = device_of(request)
    limits.charge(limits.LOGIN_BY_NETWORK.on(device.network))
    proof = _facebook(body.access_token or None, body.id_token or None, body.nonce or None)
    return identities.enter(proof=proof, invite=body.invite or None, device=device)


@operations.add(
    "POST",
    "/me/identities",
    body=inputs.LinkIdentity,
    answers={200: wire.Me},
    errors=("bad_credentials", "forbidden", "identity_taken"),
)
def link_identity(request: Request, *, body: inputs.LinkIdentity) -> wire.Me:
    """Add a way in: by the ticket of a refused login, or by a provider's token"""
    user = person_of(request)
    if body.user not in (UNSET, str(user.pk)):
        raise Problem("forbidden", "This was fetched for somebody else.", reason="other_user")
    require_recent_proof(current_session(request))
    limits.charge(limits.CONFIRM_BY_USER.on(user.pk))
    return identities.link(user_id=user.pk, proof=_proof_for(body, user.pk))


@operations.add(
    "DELETE",
    "/me/identities/{provider}",
    answers={204: None},
    errors=("forbidden", "not_found", "last_identity"),
)
def unlink_identity(request: Request, provider: str) -> None:
    """Take a way in away, unless it is the last"""
    require_recent_proof(current_session(request))
    identities.unlink(user_id=person_of(request).pk, provider=provider)


def _proof_for(body: inputs.LinkIdentity, user_id: int) -> Proof:
    by_ticket = body.ticket is not UNSET
    if by_ticket == (body.provider is not UNSET):
        raise invalid("/ticket", "Either a ticket or a provider with its token is needed.")
    if body.ticket is not UNSET:
        return identities.proof_of_ticket(body.ticket, user_id)
    if body.provider == "facebook":
        return _facebook(body.access_token or None, body.id_token or None, body.nonce or None)
    if body.id_token is UNSET:
        raise invalid("/id_token", "Google needs an ID token.")
    return google.prove(body.id_token, body.nonce or None)


def _facebook(access_token: str | None, id_token: str | None, nonce: str | None) -> Proof:
    if access_token is not None and id_token is None:
        return facebook.prove_by_access_token(access_token)
    if id_token is None or access_token is not None:
        raise invalid("/access_token", "Either an access token or an ID token is needed.")
    if nonce is None:
        raise invalid("/nonce", "An ID token of Facebook needs its nonce.")
    return facebook.prove_by_id_token(id_token, nonce)
