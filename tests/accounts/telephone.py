"""Entering by phone, as a client does it."""

from __future__ import annotations

from typing import Any

import httpx

from tests.accounts.mailbox import code_to


def start(http: httpx.Client, phone: str, **more: str) -> dict[str, Any]:
    response = http.post("/auth/phone/start", json={"phone": phone, **more})
    assert response.status_code == 202, response.text
    challenge: dict[str, Any] = response.json()
    return challenge


def verify(http: httpx.Client, challenge: str, code: str, **more: str) -> httpx.Response:
    body = {"challenge": challenge, "code": code, **more}
    return http.post("/auth/phone/verify", json=body)


def enter(http: httpx.Client, phone: str, count: int = 1, **more: str) -> dict[str, Any]:
    challenge = start(http, phone)["challenge"]
    tokens: dict[str, Any] = verify(http, challenge, code_to(phone, count), **more).json()
    return tokens
