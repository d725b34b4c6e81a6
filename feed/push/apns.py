"""Apple's push service for apps, by a provider token."""

from __future__ import annotations

import base64
import json
import time

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings

from feed.push import payloads
from feed.push.configuration import apns_key
from feed.push.connection import Response
from feed.push.endpoints import base_of
from feed.push.reaching import Reaching
from feed.push.service import Outcome, Push, later

TOKEN_SECONDS = 40 * 60
"""Apple wants a token not oftener than every 20 minutes and not older than 60."""
SKEW = 60
"""Seconds by which a new token waits, so that it is of the past for Apple's clocks too."""
KEPT_SECONDS = 86_400
_DEAD = {"Unregistered", "ExpiredToken", "BadDeviceToken", "DeviceTokenNotForTopic"}
_PASSING = {"ExpiredProviderToken", "InvalidProviderToken", "IdleTimeout"}


def provider_token(now: float) -> str:
    """The token of these 40 minutes. It follows from the key and the time alone, and its signature
    is deterministic (RFC 6979): all processes and machines of an installation have the same one,
    without having to agree on it."""
    issued = (int(now) - SKEW) // TOKEN_SECONDS * TOKEN_SECONDS
    head = _segment({"alg": "ES256", "kid": settings.APNS_KEY_ID})
    signed = head + b"." + _segment({"iss": settings.APNS_TEAM_ID, "iat": issued})
    algorithm = ec.ECDSA(SHA256(), deterministic_signing=True)
    r, s = decode_dss_signature(apns_key().sign(signed, algorithm))
    return (signed + b"." + _base64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))).decode()


class Apns:
    def __init__(self, reaching: Reaching) -> None:
        self._reaching = reaching
        self._origin, self._base = base_of(settings.APNS_URL)
        self._token = (0, "")

    async def send(self, push: Push) -> Outcome:
        body = payloads.for_apns(push)
        headers = [
            ("authorization", f"bearer {self._current_token()}"),
            ("apns-topic", settings.APNS_TOPIC),
            ("apns-push-type", "alert"),
            ("apns-priority", "5" if push.retract else "10"),
            ("apns-id", push.id),
            ("apns-collapse-id", payloads.topic(push.tag)),
            ("apns-expiration", str(int(time.time()) + KEPT_SECONDS)),
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
        ]
        path = f"{self._base}/3/device/{push.token}"
        return _read(await self._reaching.request(self._origin, path, headers, body))

    def _current_token(self) -> str:
        now = time.time()
        period = (int(now) - SKEW) // TOKEN_SECONDS
        if self._token[0] != period:
            self._token = period, provider_token(now)
        return self._token[1]


def _read(response: Response) -> Outcome:
    if response.status == 200:
        return Outcome("sent")
    reason = _reason(response)
    if response.status == 410 or reason in _DEAD:
        return Outcome("dead", reason)
    if response.status == 429 or response.status >= 500 or reason in _PASSING:
        return later(response, reason)
    return Outcome("failed", reason)


def _reason(response: Response) -> str:
    try:
        return str(msgspec.json.decode(response.body, type=dict[str, object])["reason"])[:60]
    except (msgspec.DecodeError, KeyError):
        return str(response.status)


def _segment(claims: dict[str, object]) -> bytes:
    return _base64(json.dumps(claims, separators=(",", ":")).encode())


def _base64(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")
