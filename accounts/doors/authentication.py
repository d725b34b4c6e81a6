"""Who is behind a REST request."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.credentials.tokens import Claims, read_access
from accounts.models import Session, User
from accounts.reading.selectors import usable_session
from project.errors import Problem

USE_STEP = dt.timedelta(minutes=5)
"""A session's last use is noted at most so often: a write per request would be dear."""


def session_of(claims: Claims) -> Session:
    """The session of a valid token, with its user, by one query. Raises `unauthenticated` with
    `reason` `revoked` when it has ended or the person may no longer come in."""
    found = usable_session(claims.session_id, claims.user_id)
    if found is None:
        raise session_ended()
    if found.used_generation < claims.generation:
        note_generation(claims)
    return found


def note_generation(claims: Claims) -> None:
    """Keep that the device has the tokens of its last refresh: the token before is spent now."""
    behind = Session.objects.filter(pk=claims.session_id, used_generation__lt=claims.generation)
    behind.update(used_generation=claims.generation)


def session_ended() -> Problem:
    """What a valid token gets whose session is no more."""
    return Problem("unauthenticated", "This session has ended.", reason="revoked")


class BearerAuthentication(BaseAuthentication):
    """`request.user` is the person, `request.auth` the session."""

    def authenticate(self, request: Request) -> tuple[User, Session] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer":
            raise Problem("unauthenticated", "The scheme must be Bearer.")
        session = session_of(read_access(token.strip()))
        _note_use(session)
        return session.user, session

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def person_of(request: Request) -> User:
    """Who asks, in a call that is not public."""
    assert isinstance(request.user, User)
    return request.user


def current_session(request: Request) -> Session:
    """The session that asks, in a call that is not public."""
    assert isinstance(request.auth, Session)
    return request.auth


def _note_use(session: Session) -> None:
    now = timezone.now()
    if now - session.last_used_at > USE_STEP:
        stale = Session.objects.filter(pk=session.pk, last_used_at__lt=now - USE_STEP)
        stale.update(last_used_at=now)
