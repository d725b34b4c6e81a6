"""Google and Facebook, as far as this server asks them: their keys and Facebook's Graph API."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

CLIENT = "confab-web.apps.example"
APP = "1234567890"
APP_SECRET = "an app secret"


class Companies:
    """`tokens` holds what the Graph API knows of each access token."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.tokens: dict[str, dict[str, Any]] = {}
        self.people: dict[str, dict[str, Any]] = {}
        self.url = ""
        self.requests: list[str] = []

    def environment(self) -> dict[str, str]:
        return {
            "GOOGLE_CLIENT_IDS": f"other.apps.example,{CLIENT}",
            "GOOGLE_CERTS_URL": f"{self.url}/google/keys",
            "FACEBOOK_APP_ID": APP,
            "FACEBOOK_APP_SECRET": APP_SECRET,
            "FACEBOOK_GRAPH_URL": f"{self.url}/graph/v23.0",
            "FACEBOOK_JWKS_URL": f"{self.url}/facebook/keys",
        }

    def google_token(self, subject: str, key: Any = None, **claims: Any) -> str:
        now = int(time.time())
        standard = {"iss": "https://accounts.google.com", "aud": CLIENT, "sub": subject}
        times = {"iat": now, "exp": now + 3600}
        return self._signed({**standard, **times, **claims}, key)

    def facebook_id_token(self, subject: str, nonce: str, key: Any = None, **claims: Any) -> str:
        now = int(time.time())
        standard = {"iss": "https://www.facebook.com", "aud": APP, "sub": subject, "nonce": nonce}
        times = {"iat": now, "exp": now + 3600}
        return self._signed({**standard, **times, **claims}, key)

    def facebook_access_token(self, subject: str, name: str = "Fay", **about: Any) -> str:
        token = secrets.token_hex(16)
        known = {"is_valid": True, "app_id": APP, "type": "USER", "user_id": subject}
        self.tokens[token] = {**known, "expires_at": int(time.time()) + 3600, **about}
        self.people[token] = {"id": subject, "name": name}
        return token

    def _signed(self, claims: dict[str, Any], key: Any) -> str:
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, key or self.key, algorithm="RS256", headers={"kid": "k1"})

    def jwks(self) -> dict[str, Any]:
        numbers = self.key.public_key().public_numbers()
        key = {"kty": "RSA", "kid": "k1", "use": "sig", "alg": "RS256"}
        return {"keys": [{**key, "n": _base64(numbers.n), "e": _base64(numbers.e)}]}

    def certificates(self) -> dict[str, str]:
        """As Google has them, unless it is asked for a JWK set."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "company.example")])
        day = dt.timedelta(days=1)
        now = dt.datetime.now(dt.UTC)
        made = x509.CertificateBuilder(name, name, self.key.public_key(), 1, now - day, now + day)
        pem = made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        return {"k1": pem.decode()}

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        self.requests.append(path)
        if path.endswith("/keys"):
            return 200, self.jwks()
        if path.endswith("/certificates"):
            return 200, self.certificates()
        if path.endswith("/debug_token"):
            ours = query.get("access_token") == f"{APP}|{APP_SECRET}"
            about = self.tokens.get(query.get("input_token", ""), {"is_valid": False})
            return (200, {"data": about}) if ours else (400, {"error": {}})
        return self._me(query)

    def _me(self, query: dict[str, str]) -> tuple[int, Any]:
        token = query.get("access_token", "")
        proof = hmac.digest(APP_SECRET.encode(), token.encode(), hashlib.sha256).hex()
        if token not in self.people or query.get("appsecret_proof") != proof:
            return 400, {"error": {}}
        return 200, self.people[token]


def _base64(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@contextmanager
def running() -> Iterator[Companies]:
    companies = Companies()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            status, body = companies.answer(parts.path, query)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Cache-Control", "public, max-age=3600")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    companies.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield companies
    finally:
        server.shutdown()
        server.server_close()


def google(http: httpx.Client, token: str, **more: str) -> httpx.Response:
    return http.post("/auth/google", json={"id_token": token, **more})


def facebook(http: httpx.Client, **body: str) -> httpx.Response:
    return http.post("/auth/facebook", json=body)
