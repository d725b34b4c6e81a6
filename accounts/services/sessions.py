"""Sessions: one per device that is logged in, kept alive by single-use refresh tokens."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.sessions.models import Session as OperatorSession
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from msgspec import UNSET, UnsetType

from accounts.credentials.tokens import RefreshToken, new_access, read_refresh
from accounts.doors import announcements, limits, wire
from accounts.doors.devices import Device
from accounts.letters import notices
from accounts.metrics import LOGINS, STOLEN
from accounts.models import Session, User
from accounts.reading import selectors, shapes
from accounts.services import known_devices
from project import purging
from project.errors import Problem
from project.ids import new_id
from project.sync.hints import end_sessions_on_commit
from project.sync.log import Entry, append_and_tell_on_commit

GRACE = dt.timedelta(seconds=20)
"""For so long the same refresh token brings the same child, whatever became of it: requests of one
device may overtake one another."""


def open_session(user: User, device: Device, *, created: bool = False) -> wire.Tokens:
    """Log this device in. `created` tells the client that the account is new."""
    known = created or _knows(user, device)
    LOGINS.labels("new account" if created else "login").inc()
    session_id = new_id()
    refresh = RefreshToken(session_id, 0)
    token = known_devices.token_for(device)
    Session.objects.create(
        id=session_id,
        user=user,
        device=device.name,
        ip=device.ip or None,
        device_hash=known_devices.digest(token),
        refresh_hash=refresh.digest(),
        expires_at=_expiry(),
    )
    if not known:
        notices.tell_of_login_on_commit(user, device)
    return _tokens(user, refresh, created=created, device=token)


def _knows(user: User, device: Device) -> bool:
    """Whether the account has given this device its token. The name that it goes by tells nothing:
    half the world is "Chrome on Windows", and whoever breaks in may choose."""
    token = known_devices.digest(device.token)
    return bool(device.token) and Session.objects.filter(user=user, device_hash=token).exists()


def refresh_tokens(*, refresh: str, device: Device) -> wire.Tokens:
    """A fresh access token and the next refresh token.

    One conditional update decides who wins among parallel uses; the losers are told the same child,
    and so is a device that lost the answer, until it has used a token of that child. One that comes
    back later was stolen from one of two holders: its session ends. Raises `unauthenticated`, with
    `reason` `revoked` for a session that has ended.
    """
    given = _sealed(refresh, device)
    now = timezone.now()
    session = selectors.alive().filter(pk=given.session_id).select_related("user").first()
    if session is None:
        raise Problem("unauthenticated", "This session has ended.", reason="revoked")
    if not _rotate(given, now, device):
        session.refresh_from_db(fields=["generation", "used_generation", "rotated_at"])
        if not _is_repeat(session, given, now):
            _end_stolen(session)
            raise Problem("unauthenticated", "This token was used before.", reason="revoked")
    return _tokens(session.user, given.next())


def _sealed(refresh: str, device: Device) -> RefreshToken:
    """Only we can have made a sealed token, so it is charged to its session: thousands of devices
    may share a network. What is none is charged to the network that it came from."""
    try:
        given = read_refresh(refresh)
    except Problem:
        limits.charge(limits.REFRESH_BY_NETWORK.on(device.network))
        raise
    limits.charge(limits.REFRESH_BY_SESSION.on(given.session_id))
    return given


def _rotate(given: RefreshToken, now: dt.datetime, device: Device) -> bool:
    """Whether this call is the one that used the token up. The conditions name this one row alone:
    through a join, the losers would be checked against the row as it was before the winner.

    A token that is ahead of its row, which only we can have made, was not stolen: the database has
    lost that it was given out. The row catches up with it."""
    present = Q(generation__lte=given.generation)
    held = Session.objects.filter(present, pk=given.session_id, revoked_at=None, expires_at__gt=now)
    return bool(
        held.update(
            previous_hash=given.digest(),
            refresh_hash=given.next().digest(),
            generation=given.generation + 1,
            rotated_at=now,
            last_used_at=now,
            ip=device.ip or None,
            expires_at=_expiry(),
        )
    )


def _is_repeat(session: Session, given: RefreshToken, now: dt.datetime) -> bool:
    """Whether it is the token before the present one, and nobody has shown that they have that."""
    if session.generation != given.generation + 1 or session.rotated_at is None:
        return False
    return now - session.rotated_at <= GRACE or session.used_generation < session.generation


@transaction.atomic
def _end_stolen(session: Session) -> None:
    STOLEN.inc()
    append_and_tell_on_commit(end_sessions(session.user_id, Q(pk=session.pk)))
    notices.tell_owner_on_commit(
        session.user, "session_stolen", channels=notices.channels_of(session.user)[:1]
    )


@transaction.atomic
def log_out(*, user_id: int, session_id: int) -> None:
    """End the session that asks for it. The account goes on knowing the device."""
    append_and_tell_on_commit(end_sessions(user_id, Q(pk=session_id), forget=False))


@transaction.atomic
def revoke(*, user_id: int, session_id: int) -> None:
    """End one session and forget its device; its sockets close within a second."""
    append_and_tell_on_commit(end_sessions(user_id, Q(pk=session_id)))


@transaction.atomic
def revoke_others(*, user_id: int, but: int) -> None:
    """End all of the person's sessions but one."""
    append_and_tell_on_commit(end_sessions(user_id, ~Q(pk=but)))


def end_sessions(user_id: int, which: Q, *, forget: bool = True) -> list[Entry]:
    """End the person's sessions that match, and forget their devices, also of those that ended
    before; the updates to write at the end of the transaction."""
    own = Session.objects.filter(user_id=user_id).order_by("pk")
    held = own.select_for_update(no_key=True).values_list("pk", "revoked_at")
    alive = {session_id for session_id, revoked_at in held if revoked_at is None}
    chosen = set(own.filter(which).values_list("pk", flat=True))
    if forget:
        known_devices.forget(user_id, chosen, but=alive - chosen)
    ids = sorted(alive & chosen)
    if not ids:
        return []
    Session.objects.filter(pk__in=ids).update(revoked_at=timezone.now())
    end_sessions_on_commit(user_id, ids)
    told = [Entry(user_id, "session.revoked", session_id) for session_id in ids]
    heard = (listener(ids) for listener in announcements.sessions_ended)
    return announcements.entries_of(told, *heard)


def purge() -> bool:
    """Drop sessions that ended or expired a month ago, and operators' that expired; whether there
    are more."""
    long_ago = timezone.now() - dt.timedelta(days=30)
    return purging.purge(
        Session.objects.filter(revoked_at__lt=long_ago).order_by("revoked_at"),
        Session.objects.filter(expires_at__lt=long_ago).order_by("expires_at"),
        OperatorSession.objects.filter(expire_date__lt=timezone.now()).order_by("expire_date"),
    )


def _tokens(
    user: User, refresh: RefreshToken, *, created: bool = False, device: str | UnsetType = UNSET
) -> wire.Tokens:
    return wire.Tokens(
        access=new_access(user.pk, refresh.session_id, refresh.generation),
        refresh=refresh.text(),
        expires_in=settings.ACCESS_SECONDS,
        session=str(refresh.session_id),
        user=shapes.me_output(user),
        created=created,
        device=device,
    )


def _expiry() -> dt.datetime:
    return timezone.now() + dt.timedelta(days=settings.REFRESH_DAYS)
