"""Web Push: RFC 8030 with encryption (RFC 8291) and identification (RFC 8292)."""

from __future__ import annotations

import base64
import binascii

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from feed.push import payloads
from feed.push.connection import Response
from feed.push.endpoints import Endpoint, endpoint_of
from feed.push.reaching import Reaching
from feed.push.service import Outcome, Push, later
from feed.push.vapid import Vapid

TTL = 86_400
"""Seconds for which a push service keeps what it cannot hand over."""


class WebPush:
    def __init__(self, reaching: Reaching) -> None:
        self._reaching = reaching
        self._vapid = Vapid()

    async def send(self, push: Push) -> Outcome:
        endpoint = endpoint_of(push.token)
        try:
            body = encrypt(_payload(push, endpoint), *push.keys)
        except ValueError:
            return Outcome("dead", "keys")
        headers = [
            ("authorization", self._vapid.header(endpoint.origin)),
            ("content-encoding", "aes128gcm"),
            ("content-type", "application/octet-stream"),
            ("ttl", str(TTL)),
            ("urgency", "normal" if push.retract else "high"),
            ("topic", payloads.topic(push.tag)),
            ("content-length", str(len(body))),
        ]
        return _read(await self._reaching.request(endpoint.origin, endpoint.path, headers, body))


def encrypt(payload: bytes, p256dh: str, auth: str) -> bytes:
    """For one browser alone. Raises ValueError for keys that are none."""
    return bytes(
        http_ece.encrypt(
            payload,
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=decoded(p256dh),
            auth_secret=decoded(auth),
            version="aes128gcm",
        )
    )


def are_keys(p256dh: str, auth: str) -> bool:
    """Whether something could be encrypted for a browser with these keys."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(p256dh))
        return len(decoded(auth)) == 16
    except ValueError:
        return False


def decoded(text: str) -> bytes:
    """Raises ValueError for what is not base64url, with or without padding."""
    bare = text.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def _payload(push: Push, endpoint: Endpoint) -> bytes:
    if not endpoint.is_apples:
        return payloads.for_browsers(push)
    # Three pushes that show nothing cost the subscription; nobody upstream may get this wrong.
    assert not push.retract, "a silent push to Apple's Web Push"
    return payloads.for_apple_browsers(push, f"{settings.PUBLIC_URL}/")


def _read(response: Response) -> Outcome:
    status = response.status
    if 200 <= status < 300:
        return Outcome("sent")
    if status in (404, 410):
        return Outcome("dead", str(status))
    if status == 429 or status >= 500:
        return later(response, str(status))
    said = response.body[:40].decode(errors="replace")
    return Outcome("failed", f"{status} {said}".strip())
