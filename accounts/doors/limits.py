"""How often the doors of accounts may be knocked at.

One script in Redis decides over all rates of a call at once, so parallel requests cannot slip
between a check and its count. Without Redis these doors stay shut (`unavailable`): guessing
passwords must not become free when a cache fails.
"""

from __future__ import annotations

import hmac
import logging
import math
from collections.abc import Iterable
from typing import NamedTuple

import redis
from django.conf import settings

from accounts.metrics import LIMITED
from project.errors import Problem
from project.keys import key_for
from project.redis import connect

logger = logging.getLogger(__name__)

# The generic cell rate algorithm: a key holds the time at which the caller would have no debt.
# KEYS: one per rate; ARGV: pairs of emission interval (in milliseconds) and burst, then the mode.
# Answers the wait in milliseconds, 0 when all rates allow it, and which rate wants the longest.
# When limits are enforced, only what is allowed is counted; `peek` counts nothing.
SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait, longest = 0, 1
local due = {}
for i, key in ipairs(KEYS) do
    local interval, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
    due[i] = math.max(tonumber(redis.call('GET', key) or 0), now) + interval
    local own = due[i] - now - interval * burst
    if own > wait then wait, longest = own, i end
end
local mode = ARGV[#ARGV]
if mode == 'peek' or wait > 0 and mode == 'enforce' then return {math.ceil(wait), longest} end
for i, key in ipairs(KEYS) do
    redis.call('SET', key, string.format('%.0f', due[i]), 'PX', math.ceil(due[i] - now) + 1000)
end
return {math.ceil(wait), longest}
"""


class Rate(NamedTuple):
    """`burst` calls at once, later `burst` per `seconds`."""

    name: str
    burst: int
    seconds: float

    def on(self, subject: object) -> Charge:
        """This rate for one subject: an address, a person, a network."""
        return Charge(self, str(subject))


class Charge(NamedTuple):
    rate: Rate
    subject: str


def charge(*charges: Charge) -> None:
    """Count one call against each rate. Raises `rate_limited` if one of them is used up, and then
    none is counted; `unavailable` while Redis is away. Nobody's rate is not counted."""
    charges = tuple(charge for charge in charges if charge.subject)
    if settings.RATE_LIMITS == "off" or not charges:
        return
    wait, longest = _run(charges, settings.RATE_LIMITS)
    if wait > 0:
        refuse(charges[longest - 1].rate.name, wait / 1000)


def refuse(name: str, seconds: float) -> None:
    """Raise `rate_limited` for so long, if limits are enforced; else record it, if they are on."""
    if settings.RATE_LIMITS == "off":
        return
    LIMITED.labels(name, settings.RATE_LIMITS).inc()
    if settings.RATE_LIMITS == "enforce":
        raise Problem("rate_limited", retry_after=math.ceil(seconds))
    logger.warning("%s would be limited for %.1f s", name, seconds)


def seconds_left(*charges: Charge) -> float:
    """How long `charge` would refuse these; 0 where it would not, and while Redis is away."""
    if settings.RATE_LIMITS != "enforce":
        return 0.0
    try:
        return _run(charges, "peek")[0] / 1000
    except Problem:
        return 0.0


def forget(*charges: Charge) -> None:
    """Begin these rates anew for their subjects. What cannot be forgotten, as Redis is away, is
    over in time."""
    if settings.RATE_LIMITS == "off":
        return
    try:
        connect().delete(*map(_key, charges))
    except redis.RedisError as error:
        logger.warning("a rate could not be forgotten: %r", error)


def _run(charges: Iterable[Charge], mode: str) -> tuple[int, int]:
    keys, arguments = [], []
    for charge in charges:
        rate = charge.rate
        keys.append(_key(charge))
        arguments += [str(rate.seconds * 1000 / rate.burst), str(rate.burst)]
    arguments.append(mode)
    try:
        wait, longest = connect().eval(SCRIPT, len(keys), *keys, *arguments)
    except redis.RedisError as error:
        logger.warning("a rate could not be asked: %r", error)
        raise Problem("unavailable", retry_after=1) from None
    return int(wait), int(longest)


def _key(charge: Charge) -> str:
    return f"confab.rate.{charge.rate.name}.{_pseudonym(charge.subject)}"


def _pseudonym(subject: str) -> str:
    """Addresses and numbers of people have no business in Redis."""
    return hmac.digest(key_for("rate"), subject.encode(), "sha256").hex()[:24]


REGISTER_BY_NETWORK = Rate("register.network", 60, 60)
LOGIN_BY_NETWORK = Rate("login.network", 120, 60)
LOGIN_BY_ACCOUNT_AND_NETWORK = Rate("login.account.network", 15, 150)
LOGIN_BY_ACCOUNT = Rate("login.account", 60, 600)
LOGIN_BY_DEVICE = Rate("login.device", 15, 150)
VERIFY_BY_NETWORK = Rate("verify.network", 120, 60)
REFRESH_BY_NETWORK = Rate("refresh.network", 300, 60)  # what is no token of ours
REFRESH_BY_SESSION = Rate("refresh.session", 60, 60)
MAIL_TO_ADDRESS = Rate("mail.address", 10, 3600)
SMS_GAP = Rate("sms.gap", 1, 60)
# At most 5 an hour and 10 a day to a number, 30 an hour to a range: the burst and what comes back.
# The first five to a number are spread by its growing rest (services/cooling.py).
SMS_TO_NUMBER = Rate("sms.number", 5, 5 * 3600)
SMS_TO_NUMBER_A_DAY = Rate("sms.number.day", 8, 8 * 43_200)
SMS_TO_PREFIX = Rate("sms.prefix", 15, 3600)
SMS_NOTICES = Rate("sms.notices", 5, 86_400)
SMS_BY_NETWORK = Rate("sms.network", 60, 3600)
EXPORT_BY_USER = Rate("export.user", 4, 86_400)
CONFIRM_BY_USER = Rate("confirm.user", 10, 600)
TICKETS_OF_USER = Rate("ticket.user", 60, 60)
"""Those by network are generous, since many people may share one; those of one account are not."""
