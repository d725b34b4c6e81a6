"""APNs: strict about tokens, topics, priorities and sizes."""

from __future__ import annotations

import json
import uuid

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.push.company import Company, as_json
from tests.push.http2 import Answer, Reply, Request

KEY_ID, TEAM_ID, TOPIC = "ABC123DEFG", "DEF123GHIJ", "chat.example.app"
YOUNGEST, OLDEST = 20 * 60, 60 * 60


class AppleService(Company):
    """`known` are its devices. `issued` are the times of the tokens that it has seen."""

    def __init__(self) -> None:
        super().__init__()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.known: set[str] = set()
        self.tokens: list[str] = []
        self.issued: list[int] = []
        self.ids: dict[str, int] = {}

    def key_file(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def take(self, request: Request) -> Answer:
        headers = request.headers
        device = request.path.rpartition("/")[2]
        status, reason = self._judge(request, device)
        given = {"apns-id": headers.get("apns-id", str(uuid.uuid4()).upper())}
        if reason:
            return as_json(status, {"reason": reason}, **given)
        self.ids[given["apns-id"]] = self.ids.get(given["apns-id"], 0) + 1
        self.note(device, headers, json.loads(request.body))
        return Reply(200, given)

    def _judge(self, request: Request, device: str) -> tuple[int, str]:
        headers = request.headers
        if request.method != "POST" or not request.path.startswith("/3/device/"):
            return 404, "BadPath"
        if refusal := self._judge_token(headers.get("authorization", "")):
            return refusal
        if headers.get("apns-topic") != TOPIC:
            return 400, "BadTopic"
        if len(headers.get("apns-collapse-id", "").encode()) > 64:
            return 400, "BadCollapseId"
        try:
            uuid.UUID(headers.get("apns-id", str(uuid.uuid4())))
        except ValueError:
            return 400, "BadMessageId"
        if device in self.gone:
            return 410, "Unregistered"
        if device not in self.known:
            return 400, "BadDeviceToken"
        if len(request.body) > 4096:
            return 413, "PayloadTooLarge"
        return self._judge_content(headers, request.body)

    def _judge_content(self, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        kind, priority = headers.get("apns-push-type"), headers.get("apns-priority", "10")
        if kind not in ("alert", "background") or priority not in ("1", "5", "10"):
            return 400, "InvalidPushType"
        if kind == "background" and priority == "10":
            return 400, "BadPriority"
        aps = json.loads(body).get("aps")
        if not isinstance(aps, dict) or not aps:
            return 400, "PayloadEmpty"
        return 200, ""

    def _judge_token(self, authorization: str) -> tuple[int, str] | None:
        token = authorization.removeprefix("bearer ")
        try:
            head = jwt.get_unverified_header(token)
            claims = jwt.decode(
                token, self.key.public_key(), ["ES256"], options={"verify_iat": False}
            )
        except jwt.InvalidTokenError:
            return 403, "InvalidProviderToken"
        if head.get("kid") != KEY_ID or claims.get("iss") != TEAM_ID:
            return 403, "InvalidProviderToken"
        age = self.clock() - claims["iat"]
        if not 0 <= age <= OLDEST:
            return 403, "ExpiredProviderToken"
        if token not in self.tokens:
            if self.issued and claims["iat"] - self.issued[-1] < YOUNGEST:
                return 429, "TooManyProviderTokenUpdates"
            self.tokens.append(token)
            self.issued.append(claims["iat"])
        return None
