"""A browser's part of Web Push, and the push service that it subscribed at."""

from __future__ import annotations

import base64
import json
import re
import secrets
from typing import Any, NamedTuple

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.push.company import Company
from tests.push.http2 import Answer, Reply, Request

VAPID = re.compile(r"vapid t=([\w-]+\.[\w-]+\.[\w-]+), ?k=([\w-]+)")
DAY = 86_400


class Browser(NamedTuple):
    key: ec.EllipticCurvePrivateKey
    auth: bytes

    @classmethod
    def new(cls) -> Browser:
        return cls(ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16))

    @property
    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": encoded(point), "auth": encoded(self.auth)}

    def decrypt(self, body: bytes) -> bytes:
        return bytes(
            http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        )


class WebPushService(Company):
    """Takes nothing that is not signed for it, encrypted and short enough. It also decrypts, for
    the browsers that it made itself."""

    def __init__(self) -> None:
        super().__init__()
        self.browsers: dict[str, Browser] = {}
        self.tokens: set[str] = set()

    def subscribe(self) -> tuple[str, dict[str, Any]]:
        """The device's name here, and what a page gets from `pushManager.subscribe`."""
        name = secrets.token_urlsafe(12)
        self.browsers[name] = browser = Browser.new()
        return name, {"endpoint": f"{self.url}/wpush/{name}", "keys": browser.keys}

    def take(self, request: Request) -> Answer:
        name = request.path.rpartition("/")[2]
        if wrong := self._wrong(request):
            return Reply(403 if wrong.startswith("Jwt") else 400, {}, wrong.encode())
        if name in self.gone or name not in self.browsers:
            return Reply(410)
        if len(request.body) > 4096:
            return Reply(413)
        self.note(name, request.headers, json.loads(self.browsers[name].decrypt(request.body)))
        return Reply(201, {"location": f"{self.url}/m/{secrets.token_hex(4)}"})

    def _wrong(self, request: Request) -> str:
        headers = request.headers
        if request.method != "POST" or headers.get("content-encoding") != "aes128gcm":
            return "not encrypted"
        if not headers.get("ttl", "").isdigit():
            return "no TTL"
        if not re.fullmatch(r"[\w-]{1,32}", headers.get("topic", "none")):
            return "bad topic"
        if headers.get("urgency", "normal") not in ("very-low", "low", "normal", "high"):
            return "bad urgency"
        return self._wrong_token(headers.get("authorization", ""))

    def _wrong_token(self, authorization: str) -> str:
        found = VAPID.fullmatch(authorization)
        if not found:
            return "Jwt missing"
        token, point = found.groups()
        if token in self.tokens:
            return ""
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(point))
        try:
            claims = jwt.decode(token, key, ["ES256"], audience=self.url)
        except jwt.InvalidTokenError as error:
            return f"Jwt {error}"
        if claims["exp"] > self.clock() + DAY:
            return "Jwt lives too long"
        if not str(claims.get("sub", "")).startswith(("mailto:", "https://")):
            return "Jwt without sub"
        self.tokens.add(token)
        return ""


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
