"""Voluntary identification towards push services (RFC 8292)."""

from __future__ import annotations

import base64
import time

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02

from feed.push.configuration import vapid_key
from feed.push.endpoints import Origin

LIFE = 12 * 3600
"""Of a token, in seconds: a push service takes up to 24 hours."""
RENEW = 4 * 3600
KEPT = 1000


def public_key() -> str | None:
    """What `pushManager.subscribe` wants as `applicationServerKey`; None without Web Push."""
    if not settings.VAPID_PRIVATE_KEY:
        return None
    point = vapid_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


class Vapid:
    """Signed tokens, one for each origin, kept for hours."""

    def __init__(self) -> None:
        self._signer = Vapid02(vapid_key())
        self._kept: dict[Origin, tuple[float, str]] = {}

    def header(self, origin: Origin) -> str:
        """The header `Authorization` for a push service."""
        now = time.time()
        until, value = self._kept.get(origin, (0.0, ""))
        if until - now < LIFE - RENEW:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            until = now + LIFE
            claims = {"sub": settings.VAPID_SUBJECT, "aud": str(origin), "exp": int(until)}
            value = self._signer.sign(claims)["Authorization"]
            self._kept[origin] = until, value
        return value
