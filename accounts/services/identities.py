"""Entering with another company's account, and linking such accounts to one's own.

A known identity logs in. An unknown one whose proved address is somebody's proved address must
first be linked by that person. Nothing else about an address counts: whoever merely names one can
neither keep its owner out nor get in with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import redis
from django.core import signing
from django.db import IntegrityError, transaction

from accounts.doors import wire
from accounts.doors.devices import Device
from accounts.letters import notices
from accounts.models import Identity, User
from accounts.providers import Proof, refused
from accounts.reading import shapes
from accounts.reading.selectors import find_by_email, find_by_identity, lock_person
from accounts.services.names import name_or
from accounts.services.registration import create_user
from accounts.services.sessions import open_session
from project.errors import Problem
from project.keys import signer_for
from project.redis import connect
from project.sync.log import Entry, append_and_tell_on_commit

TICKET_AGE = timedelta(minutes=10)
SHOWN_AGE = timedelta(hours=2)
"""Longer than any ID token lives."""

NAMES = {"google": "Google", "facebook": "Facebook"}


def enter(*, proof: Proof, invite: str | None, device: Device) -> wire.Tokens:
    """Log in, or make an account. Raises `link_required` with a `ticket` that links this identity
    once its owner has logged in by other means."""
    user = _known(proof)
    with _used_up(proof):
        try:
            return _enter(user, proof, invite, device)
        except (IntegrityError, Problem) as error:
            if isinstance(error, Problem) and error.code != "identity_taken":
                raise
        # Usually the same identity has just entered by another request.
        try:
            return _enter(_known(proof), proof, invite, device)
        except IntegrityError:
            raise Problem("identity_taken") from None


@transaction.atomic
def _enter(user: User | None, proof: Proof, invite: str | None, device: Device) -> wire.Tokens:
    if user is not None:
        return open_session(user, device)
    return open_session(_create(proof, invite), device, created=True)


def _known(proof: Proof) -> User | None:
    """Who linked this identity. Raises `link_required`."""
    user = find_by_identity(proof.provider, proof.subject)
    owner = find_by_email(proof.email or "") if proof.email_proved else None
    if user is None and owner is not None:
        # Looked for again: both may have come into being between the two queries.
        user = find_by_identity(proof.provider, proof.subject)
        if user is None:
            raise Problem("link_required", ticket=_ticket_for(proof, owner.pk))
    return user


def _create(proof: Proof, invite: str | None) -> User:
    user = create_user(
        name=name_or(proof.name),
        invite=invite,
        email=proof.email,
        email_verified=proof.email_proved,
    )
    Identity.objects.create(user=user, provider=proof.provider, subject=proof.subject)
    return user


def link(*, user_id: int, proof: Proof) -> wire.Me:
    """Add a way in. Linking twice is linking once. Raises `identity_taken` for an identity of
    somebody else, and when there is another one of the same provider."""
    with _used_up(proof):
        try:
            return _link(user_id, proof)
        except IntegrityError:
            raise Problem("identity_taken") from None


@transaction.atomic
def _link(user_id: int, proof: Proof) -> wire.Me:
    user = lock_person(user_id)
    linked = user.identities.filter(provider=proof.provider).first()
    if linked is None:
        Identity.objects.create(user=user, provider=proof.provider, subject=proof.subject)
        _tell(user, "identity_linked", proof.provider)
    elif linked.subject != proof.subject:
        raise Problem("identity_taken", "Another account of this provider is linked already.")
    return shapes.me_output(user)


@transaction.atomic
def unlink(*, user_id: int, provider: str) -> None:
    """Take a way in away. Raises `not_found`, and `last_identity` for the last one."""
    user = lock_person(user_id)
    if not user.identities.filter(provider=provider).exists():
        raise Problem("not_found")
    if _ways_in(user) == 1:
        raise Problem("last_identity")
    user.identities.filter(provider=provider).delete()
    _tell(user, "identity_removed", provider)


def _ways_in(user: User) -> int:
    by_password = user.has_password and user.email_verified
    return by_password + user.phone_verified + user.identities.count()


def _tell(user: User, notice: str, provider: str) -> None:
    notices.tell_owner_on_commit(user, notice, NAMES[provider])
    append_and_tell_on_commit([Entry(user.pk, "me.updated")])


def _ticket_for(proof: Proof, owner_id: int) -> str:
    """Good for the one whose address it is, whoever else logs in meanwhile; it does not tell whose
    that is."""
    return _signer(owner_id).sign_object([proof.provider, proof.subject])


def proof_of_ticket(ticket: str, user_id: int) -> Proof:
    """What a ticket of `link_required` proves to this person. Raises `bad_credentials`."""
    try:
        provider, subject = _signer(user_id).unsign_object(ticket, max_age=TICKET_AGE)
    except signing.BadSignature:
        raise refused() from None
    return Proof(provider, subject)


def _signer(user_id: int) -> signing.TimestampSigner:
    return signer_for("link ticket", f"link {user_id}")


@contextmanager
def _used_up(proof: Proof) -> Iterator[None]:
    """An ID token that came with a nonce is good once. What fails within leaves it as it was: its
    owner must be able to try again."""
    if proof.token is None:
        yield
        return
    key = f"confab.shown.{hashlib.sha256(proof.token.encode()).hexdigest()}"
    try:
        fresh = connect().set(key, "1", ex=SHOWN_AGE, nx=True)
    except redis.RedisError:
        raise Problem("unavailable", retry_after=1) from None
    if not fresh:
        raise refused()
    try:
        yield
    except Exception:
        with suppress(redis.RedisError):
            connect().delete(key)
        raise
