"""Tickets: an address with one of them opens a socket, once and within half a minute."""

from __future__ import annotations

import hashlib
import logging
import secrets
import time

import redis
from django.conf import settings

from accounts.doors import limits, wire
from accounts.models import Session
from accounts.reading.selectors import alive
from project.errors import Problem
from project.redis import connect
from project.sync.credentials import Identity

logger = logging.getLogger(__name__)

SECONDS = 30


def issue_ticket(session: Session) -> wire.Ticket:
    """Raises `unavailable` while Redis is away; the first frame may then bring the token."""
    limits.charge(limits.TICKETS_OF_USER.on(session.user_id))
    ticket = secrets.token_urlsafe(16)
    try:
        connect().set(_key(ticket), str(session.pk), ex=SECONDS, nx=True)
    except redis.RedisError as error:
        raise _away(error) from None
    return wire.Ticket(ticket=ticket, expires_in=SECONDS)


def take_ticket(ticket: str) -> Identity:
    """Who is behind the ticket, which this uses up. Raises `unauthenticated`, `unavailable`."""
    try:
        found = connect().getdel(_key(ticket))
    except redis.RedisError as error:
        raise _away(error) from None
    if found is None:
        raise Problem("unauthenticated", "The ticket is used, expired or none of ours.")
    session = alive().filter(pk=int(found)).first()
    if session is None:
        raise Problem("unauthenticated", "This session has ended.", reason="revoked")
    return Identity(session.user_id, session.pk, time.time() + settings.ACCESS_SECONDS)


def _key(ticket: str) -> str:
    return f"confab.ticket.{hashlib.sha256(ticket.encode()).hexdigest()}"


def _away(error: redis.RedisError) -> Problem:
    logger.warning("no tickets without Redis: %r", error)
    return Problem("unavailable", "Tickets are away for the moment.", retry_after=1)
