"""Codes: issuing a challenge, and answering it at most five times.

A code follows from its challenge's token under a key of the server, so neither the database nor the
queue to the mail worker ever holds one.
"""

from __future__ import annotations

import datetime as dt
import hmac
import math
import secrets
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.doors import inputs, limits, wire
from accounts.doors.devices import Device
from accounts.letters.destinations import masked
from accounts.metrics import CODES
from accounts.models import Challenge, Purpose, WrongCodes
from accounts.services import known_devices, pumping
from project import purging
from project.errors import Problem
from project.fixed_codes import fixed_code
from project.keys import key_for, keys_for
from project.queueing import require_on_commit

T = TypeVar("T")

TRIES = 5
WRONG_CODES_A_DAY = 10
SECONDS = 300
DIGITS = 6
NOBODYS = Device()


class Target(NamedTuple):
    """Where a code goes: `channel` is `email` or `sms`, `destination` in its normal form."""

    channel: str
    destination: str


def code_of(challenge: Challenge) -> str:
    """The six digits that are sent, or that nobody is sent because they are fixed."""
    if challenge.channel == "sms" and (fixed := fixed_code(challenge.destination)):
        return fixed
    for key in keys_for("code"):
        digest = hmac.digest(key, _bound(challenge, "draw"), "sha256")
        code = f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}}"
        if bytes(challenge.code_hash) in (b"", _hash(challenge, code, key)):
            return code
    raise LookupError("the key that this code was drawn with is gone")


def issue(
    purpose: Purpose,
    target: Target,
    *,
    user_id: int | None = None,
    payload: dict[str, Any] | None = None,
) -> Challenge:
    """A new challenge whose message leaves after the commit. Call it in a transaction.

    Whether the message brings the code or a notice is decided by the worker that sends it, so the
    caller's work and time are the same whoever owns the destination.
    """
    challenge = Challenge(
        token=secrets.token_urlsafe(24),
        purpose=purpose,
        channel=target.channel,
        destination=target.destination,
        user_id=user_id,
        payload=payload or {},
        expires_at=timezone.now() + dt.timedelta(seconds=SECONDS),
    )
    challenge.code_hash = _hash(challenge, code_of(challenge), key_for("code"))
    challenge.save(force_insert=True)
    if not (target.channel == "sms" and fixed_code(target.destination)):
        CODES.labels(target.channel, "issued").inc()
        require_on_commit("accounts.tasks.deliver_challenge", challenge.token)
    return challenge


def output(challenge: Challenge, *, resend_in: float) -> wire.Challenge:
    """`resend_in` in seconds; a client that waits for what it is told must not come too early."""
    left = (challenge.expires_at - timezone.now()).total_seconds()
    return wire.Challenge(
        challenge=challenge.token,
        channel=challenge.channel,  # type: ignore[arg-type]
        to=masked(challenge.destination),
        expires_in=max(0, round(left)),
        resend_in=math.ceil(resend_in),
        attempts_left=TRIES - challenge.attempts,
    )


def redeem(
    given: inputs.Answered,
    purpose: Purpose,
    then: Callable[[Challenge], T],
    *,
    user_id: int | None = None,
    device: Device = NOBODYS,
) -> T:
    """What `then` makes of the challenge once its code has come, all in one transaction.

    A wrong code is counted even though it is refused, and for itself when it came from a `device`
    that the destination's owner knows. Raises `wrong_code`, or `challenge_spent` for
    a challenge that is used, expired, guessed at too often, of another purpose or of another
    person; if `then` raises, the challenge is as before.
    """
    with transaction.atomic():
        challenge, refusal = _try(given, purpose, user_id, device)
        if challenge is not None:
            return then(challenge)
    assert refusal is not None
    raise refusal


def _try(
    given: inputs.Answered, purpose: Purpose, user_id: int | None, device: Device
) -> tuple[Challenge, None] | tuple[None, Problem]:
    """Each try is counted before it is compared, by updates that hold the rows: however many come
    at once, no more than the permitted number is ever compared."""
    now = timezone.now()
    open_ones = Challenge.objects.filter(
        Q(user_id=user_id), token=given.challenge, purpose=purpose, used_at=None, expires_at__gt=now
    )
    if not open_ones.filter(attempts__lt=TRIES).update(attempts=F("attempts") + 1):
        return None, Problem("challenge_spent")
    challenge = Challenge.objects.get(token=given.challenge)
    counted_for = known_devices.counted_for(challenge, device)
    if not _count_wrong(counted_for, now.date()):
        return None, Problem("challenge_spent", "Too many wrong codes today.")
    if not _is_right(challenge, given.code):
        CODES.labels(challenge.channel, "wrong").inc()
        left = TRIES - challenge.attempts
        return None, Problem("wrong_code", attempts_left=left)
    today = WrongCodes.objects.filter(destination=counted_for, day=now.date())
    today.update(count=F("count") - 1)
    Challenge.objects.filter(pk=challenge.pk).update(used_at=now)
    CODES.labels(challenge.channel, "right").inc()
    if network := challenge.payload.get("network"):  # that of a code by text message
        pumping.count_verified(challenge.destination, network)
        gap = limits.SMS_GAP.on(challenge.destination)
        transaction.on_commit(lambda: limits.forget(gap))
    return challenge, None


def _count_wrong(destination: str, day: dt.date) -> bool:
    """Count one more wrong code for the day; False when the day's ten are used up."""
    WrongCodes.objects.bulk_create(
        [WrongCodes(destination=destination, day=day)], ignore_conflicts=True
    )
    today = WrongCodes.objects.filter(destination=destination, day=day)
    return bool(today.filter(count__lt=WRONG_CODES_A_DAY).update(count=F("count") + 1))


def _is_right(challenge: Challenge, code: str) -> bool:
    hashes = [_hash(challenge, code, key) for key in keys_for("code")]
    return any(hmac.compare_digest(challenge.code_hash, each) for each in hashes)


def _hash(challenge: Challenge, code: str, key: bytes) -> bytes:
    return hmac.digest(key, _bound(challenge, "hash", code), "sha256")


def _bound(challenge: Challenge, *more: str) -> bytes:
    parts = (challenge.token, challenge.purpose, challenge.destination, *more)
    return "\x00".join(parts).encode()


def purge() -> bool:
    """Drop challenges that expired a day ago and counts of days gone by; whether there are more."""
    old = timezone.now() - dt.timedelta(days=1)
    return purging.purge(
        WrongCodes.objects.filter(day__lt=old.date()).order_by("day"),
        Challenge.objects.filter(expires_at__lt=old).order_by("expires_at"),
    )
