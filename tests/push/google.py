"""FCM's HTTP v1, and Google's place where a service account gets its access token."""

from __future__ import annotations

import json
import secrets
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.push.company import Company, as_json
from tests.push.http2 import Answer, Request

PROJECT = "chat-example"
ACCOUNT = f"push@{PROJECT}.iam.gserviceaccount.com"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
AUDIENCES = ["https://oauth2.googleapis.com/token"]
KEYS = {"token", "data", "notification", "android", "apns", "webpush", "fcm_options"}


class GoogleService(Company):
    """`known` are its devices; `logins` are the access tokens that it gave out."""

    def __init__(self) -> None:
        super().__init__()
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.known: set[str] = set()
        self.logins: list[str] = []

    def key_file(self) -> str:
        """The JSON of a service account; its `token_uri` is here."""
        pem = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        account = {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "1",
            "private_key": pem.decode(),
            "client_email": ACCOUNT,
            "token_uri": f"{self.url}/token",
        }
        return json.dumps(account)

    def take(self, request: Request) -> Answer:
        if request.path == "/token":
            return self._log_in(request.body)
        if request.path != f"/v1/projects/{PROJECT}/messages:send":
            return error(404, "NOT_FOUND")
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not self.logins or bearer != self.logins[-1]:
            return error(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR")
        return self._send(request, json.loads(request.body)["message"])

    def _log_in(self, body: bytes) -> Answer:
        form = parse_qs(body.decode())
        try:
            jwt.decode(
                form["assertion"][0],
                self.key.public_key(),
                ["RS256"],
                audience=AUDIENCES,
                issuer=ACCOUNT,
            )
        except (KeyError, jwt.InvalidTokenError):
            return as_json(400, {"error": "invalid_grant"})
        self.logins.append(secrets.token_urlsafe(24))
        return as_json(
            200,
            {"access_token": self.logins[-1], "expires_in": 3599, "token_type": "Bearer"},
        )

    def _send(self, request: Request, message: dict[str, Any]) -> Answer:
        device = message.get("token", "")
        data = message.get("data", {})
        texts = all(isinstance(text, str) for text in [*data, *data.values()])
        reserved = any(name.startswith(("google", "gcm")) or name == "from" for name in data)
        if not texts or reserved or set(message) - KEYS:
            return error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
        if sum(len(text.encode()) for pair in data.items() for text in pair) > 4096:
            return error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
        if device in self.gone or device not in self.known:
            return error(404, "NOT_FOUND", "UNREGISTERED")
        self.note(device, request.headers, message)
        return as_json(200, {"name": f"projects/{PROJECT}/messages/{len(self.arrived)}"})


def error(status: int, word: str, code: str = "", **headers: str) -> Answer:
    details = [{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}]
    refusal = {"code": status, "status": word, "details": details if code else []}
    return as_json(status, {"error": refusal}, **headers)
