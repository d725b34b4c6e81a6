"""People with an account and a session, and their REST client."""

from __future__ import annotations

import secrets
import ssl
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx

PASSWORD = "correct horse battery"
TLS = ssl.create_default_context()
"""One for all: each client would load the certificates again, which takes 20 ms."""


@dataclass
class Person:
    """Somebody who is logged in. The verbs assert the status and return the JSON."""

    id: str
    name: str
    email: str
    session: str
    access: str
    refresh: str
    server: str
    http: httpx.Client

    def call(self, method: str, path: str, status: int, json: Any = None, **query: Any) -> Any:
        response = self.http.request(method, path, json=json, params=query or None)
        assert response.status_code == status, (method, path, response.status_code, response.text)
        return response.json() if response.content else None

    def get(self, path: str, status: int = 200, /, **query: Any) -> Any:
        return self.call("GET", path, status, **query)

    def post(self, path: str, json: Any = None, status: int = 200) -> Any:
        return self.call("POST", path, status, json)

    def patch(self, path: str, json: Any, status: int = 200) -> Any:
        return self.call("PATCH", path, status, json)

    def put(self, path: str, status: int = 204, json: Any = None) -> Any:
        return self.call("PUT", path, status, json)

    def delete(self, path: str, status: int = 204, /, **query: Any) -> Any:
        return self.call("DELETE", path, status, **query)

    def say(self, chat: str, text: str, client_id: str | None = None, status: int = 201) -> Any:
        """Send a text message by REST."""
        body = {"client_id": client_id or secrets.token_hex(8), "text": text}
        return self.post(f"/chats/{chat}/messages", body, status)

    def texts(self, chat: str) -> list[str]:
        return [m["text"] for m in self.get(f"/chats/{chat}/messages", limit=200)["results"]]


def client(server: str, access: str | None = None) -> httpx.Client:
    headers = {"Authorization": f"Bearer {access}"} if access else {}
    return httpx.Client(base_url=server + "/api/v1", headers=headers, timeout=20, verify=TLS)


@cache
def _password_hash() -> str:
    """Hashing is slow on purpose; everyone here has the same password."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


def make_person(server: str, name: str) -> Person:
    """An account with a verified address, made without the mail round trip, and a session."""
    from django.db import transaction

    from accounts.doors.devices import Device
    from accounts.services.registration import create_user
    from accounts.services.sessions import open_session

    email = f"{name}.{secrets.token_hex(6)}@example.com"
    with transaction.atomic():
        user = create_user(
            name=name.capitalize(), email=email, email_verified=True, password=_password_hash()
        )
        tokens = open_session(user, Device(), created=True)
    return Person(
        id=tokens.user.id,
        name=name.capitalize(),
        email=email,
        session=tokens.session,
        access=tokens.access,
        refresh=tokens.refresh,
        server=server,
        http=client(server, tokens.access),
    )
